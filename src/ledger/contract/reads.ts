import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ledger } from '../ledger.ts'
import type { Change } from '../projection.ts'
import type { Found, Read } from '../reads.ts'
import { append, change, changing, happened, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'
import { approvalRow, effectRow, grantRow, handoffRow, movement, put, putRun, runRow, stopRow } from './rows.ts'

/** The same reads under locks and without: both must say the same. */
async function ask<const Reads extends Readonly<Record<string, Read>>>(ledger: Ledger, reads: Reads) {
  const found = await ledger.find(tenant, reads)
  const locked = await ledger.transact({
    tenant,
    locks: [],
    reads,
    decide: (answer) => ({ append: [], answer }),
  })
  assert.deepEqual(locked, found)
  return found
}

export function testReads(name: string, under: LedgerUnderTest): void {
  const given = async (t: Parameters<typeof openFresh>[0], ...changes: Change[]) => {
    const { ledger } = await openFresh(t, under)
    await change(ledger, ...changes)
    return ledger
  }

  test(`${name}: everything that can be read is empty in an empty ledger`, async (t) => {
    const { ledger } = await openFresh(t, under)
    assert.deepEqual(await ask(ledger, everyRead), nothing)
  })

  test(`${name}: no read of one tenant sees a row of another`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await append(ledger, 'run/1', [changing(...rowsOfEveryTable(Date.now())), happened], 'other')
    assert.deepEqual(await ask(ledger, everyRead), nothing)
    const theirs = await ledger.find('other', everyRead)
    for (const [read, answer] of Object.entries(theirs)) {
      assert.notDeepEqual(answer, nothing[read], `${read} found nothing where there is something`)
    }
  })

  test(`${name}: a projection cannot write a row of another tenant`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const stray = put('stops', { ...stopRow('s1'), tenant: 'other' })
    await assert.rejects(change(ledger, stray), { code: 'internal' })
  })

  test(`${name}: a change of one tenant's rows leaves the rows of another with the same ids alone`, async (t) => {
    const ledger = await given(t, putRun('r1'), put('stops', stopRow('s1')))
    await append(
      ledger,
      'run/1',
      [
        changing(
          putRun('r1'),
          { change: 'patch', table: 'runs', key: { run: 'r1' }, set: { status: 'done' } },
          { change: 'add', table: 'runs', key: { run: 'r1' }, by: { turns: 7 } },
          { change: 'remove', table: 'stops', key: { stop: 's1' } },
        ),
      ],
      'other',
    )
    const { run, stops } = await ask(ledger, { run: { read: 'run', run: 'r1' }, stops: { read: 'stops' } })
    assert.deepEqual([run, stops], [runRow('r1'), [stopRow('s1')]])
  })

  test(`${name}: the head of a stream is its last event`, async (t) => {
    const ledger = await given(t)
    await append(ledger, 'run/1', [happened, happened])
    const { head } = await ask(ledger, { head: { read: 'head', stream: 'run/1' } })
    const last = (await ledger.read(tenant, 'run/1')).at(-1)
    assert.deepEqual(head, { seq: 2, hash: last?.hash })
  })

  test(`${name}: all stops in force are found, and none that was lifted`, async (t) => {
    const ledger = await given(
      t,
      put('stops', stopRow('s1')),
      put('stops', stopRow('s2', { level: 'abort' })),
      put('stops', stopRow('s3')),
      { change: 'remove', table: 'stops', key: { stop: 's1' } },
    )
    const { stops } = await ask(ledger, { stops: { read: 'stops' } })
    assert.deepEqual(stops, [stopRow('s2', { level: 'abort' }), stopRow('s3')])
  })

  test(`${name}: a grant comes with all those above it, the nearest first`, async (t) => {
    const rows = [
      grantRow('g_a', { parent: 'g_z', until: 9, uses: 3, terms: '{"tools":["x"]}', on_behalf_of: 'ada' }),
      grantRow('g_z', { parent: 'g_m', revoked: 5 }),
      grantRow('g_m'),
    ]
    const ledger = await given(t, ...rows.map((row) => put('grants', row)), put('grants', grantRow('g_other')))
    const { grants, top } = await ask(ledger, {
      grants: { read: 'grants', grant: 'g_a' },
      top: { read: 'grants', grant: 'g_m' },
    })
    assert.deepEqual(grants, rows)
    assert.deepEqual(top, [rows[2]])
  })

  test(`${name}: grants that name each other in a ring do not hang a read`, async (t) => {
    const ledger = await given(
      t,
      put('grants', grantRow('g_1', { parent: 'g_2' })),
      put('grants', grantRow('g_2', { parent: 'g_1' })),
    )
    const { grants } = await ask(ledger, { grants: { read: 'grants', grant: 'g_1' } })
    assert.ok(grants.length < 100)
  })

  test(`${name}: the charter in force is that of the agent and the environment`, async (t) => {
    const row = { agent: 'billing', environment: 'dev', charter: 'sha', applied_at: 7 }
    const ledger = await given(t, put('charters', row))
    const { mine, elsewhere } = await ask(ledger, {
      mine: { read: 'charter', agent: 'billing', environment: 'dev' },
      elsewhere: { read: 'charter', agent: 'billing', environment: 'production' },
    })
    assert.deepEqual([mine, elsewhere], [{ charter: 'sha', applied_at: 7 }, null])
  })

  test(`${name}: what moved under a key is held and settled, within the window, without the effect that asks`, async (t) => {
    const now = Date.now()
    const hour = 3_600_000
    const ledger = await given(
      t,
      movement('e1', 'customer 1', now - 1000, 10),
      movement('e2', 'customer 1', now - 2000, 20, 'settled'),
      movement('e3', 'customer 1', now - 3000, 40, 'released'),
      movement('e4', 'customer 1', now - 2 * hour, 80),
      movement('e5', 'customer 2', now - 1000, 160),
      movement('e6', 'customer 1', now - hour + 30_000, 320),
    )
    const { all, without, ever, none } = await ask(ledger, {
      all: { read: 'moved', key: 'customer 1', withinMs: hour },
      without: { read: 'moved', key: 'customer 1', withinMs: hour, except: 'e1' },
      ever: { read: 'moved', key: 'customer 1', withinMs: 24 * hour },
      none: { read: 'moved', key: 'customer 3', withinMs: hour },
    })
    assert.deepEqual(all, { amount: 350, count: 3 })
    assert.deepEqual(without, { amount: 340, count: 2 })
    assert.deepEqual(ever, { amount: 430, count: 4 })
    assert.deepEqual(none, { amount: 0, count: 0 })
  })

  test(`${name}: a movement that is released, or taken away again, moves nothing any more`, async (t) => {
    const now = Date.now()
    const ledger = await given(
      t,
      movement('e1', 'k', now, 10),
      movement('e2', 'k', now, 20),
      movement('e3', 'k', now, 40),
    )
    await change(
      ledger,
      { change: 'patch', table: 'movements', key: { effect: 'e1' }, set: { state: 'released' } },
      { change: 'patch', table: 'movements', key: { effect: 'e2' }, set: { state: 'settled' } },
      { change: 'remove', table: 'movements', key: { effect: 'e3' } },
    )
    const { moved } = await ask(ledger, { moved: { read: 'moved', key: 'k', withinMs: 60_000 } })
    assert.deepEqual(moved, { amount: 20, count: 1 })
  })

  test(`${name}: what moved is the same whether it is added up row by row or read, for any rows and any window`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const now = Date.now()
    const day = 86_400_000
    let seed = 7
    // A small generator of its own: the rows must be many and the same each time.
    const draw = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % most
    }
    const age = () => draw([5000, 60_000, 3_600_000, day, 40 * day][draw(5)] ?? day)
    const rows = Array.from({ length: 300 }, (_, i) => ({
      effect: `e${i}`,
      at: now - age(),
      amount: draw(1000),
      state: ['held', 'settled', 'released'][draw(3)] ?? 'held',
    }))
    await change(ledger, ...rows.map(({ effect, at, amount, state }) => movement(effect, 'k', at, amount, state)))
    // From one hour on, so that the clock that goes on while the test runs cannot carry a row over the edge.
    const windows = [3_600_000, 7_200_000, day, 3 * day, 10 * day, 41 * day]
    for (const withinMs of windows) {
      const except = `e${draw(300)}`
      const found = await ledger.transact({
        tenant,
        locks: [],
        reads: { moved: { read: 'moved', key: 'k', withinMs, except } },
        decide: ({ moved }, at) => ({ append: [], answer: { moved, at } }),
      })
      const counted = rows.filter(
        ({ effect, at, state }) => effect !== except && state !== 'released' && at > found.at - withinMs,
      )
      const amount = counted.reduce((sum, row) => sum + row.amount, 0)
      assert.deepEqual(found.moved, { amount, count: counted.length }, `within ${withinMs} ms`)
    }
  })

  test(`${name}: effects on a subject are open while they are in flight or unknown`, async (t) => {
    const rows = ['dispatched', 'unknown', 'committed', 'not_committed'].map((status) =>
      effectRow(`e_${status}`, { status }),
    )
    const elsewhere = effectRow('e_other', { subject: 'subject_2' })
    const ledger = await given(t, ...[...rows, elsewhere].map((row) => put('effects', row)))
    const { open } = await ask(ledger, { open: { read: 'open_effects', subject: 'subject_1' } })
    assert.deepEqual(open, [rows[0], rows[1]])
  })

  test(`${name}: a business key is held by the last effect that used it within its window, unless that was not committed`, async (t) => {
    const now = Date.now()
    const used = (effect: string, ago: number, status: string) =>
      effectRow(effect, { business_key: 'refund in_1', dispatched_at: now - ago, status })
    const rows = [used('e1', 50_000, 'committed'), used('e2', 30_000, 'unknown'), used('e3', 1000, 'not_committed')]
    const ledger = await given(t, ...rows.map((row) => put('effects', row)))
    const { within, longer, past, other } = await ask(ledger, {
      within: { read: 'business_key', key: 'refund in_1', withinMs: 40_000 },
      longer: { read: 'business_key', key: 'refund in_1', withinMs: 400_000 },
      past: { read: 'business_key', key: 'refund in_1', withinMs: 10_000 },
      other: { read: 'business_key', key: 'refund in_2', withinMs: 40_000 },
    })
    assert.deepEqual([within, longer, past, other], [rows[1], rows[1], null, null])
  })

  test(`${name}: an effect is found by its id`, async (t) => {
    const row = effectRow('e1', { business_key: 'b', settled_at: 99, status: 'committed' })
    const ledger = await given(t, put('effects', row))
    const { there, absent } = await ask(ledger, {
      there: { read: 'effect', effect: 'e1' },
      absent: { read: 'effect', effect: 'e2' },
    })
    assert.deepEqual([there, absent], [row, null])
  })

  test(`${name}: what is in flight is found by the scope of a stop`, async (t) => {
    const rows = [
      effectRow('e1'),
      effectRow('e2', { agent: 'crm', tool: 'update_record', risk: 'medium' }),
      effectRow('e3', { status: 'unknown' }),
      effectRow('e4', { status: 'committed' }),
    ]
    const ledger = await given(t, ...rows.map((row) => put('effects', row)))
    const found = await ask(ledger, {
      everything: { read: 'in_flight', scope: { scope: 'everything' } },
      tenant: { read: 'in_flight', scope: { scope: 'tenant' } },
      agent: { read: 'in_flight', scope: { scope: 'agent', agent: 'crm' } },
      tool: { read: 'in_flight', scope: { scope: 'tool', tool: 'request_refund' } },
      risk: { read: 'in_flight', scope: { scope: 'risk', risk: 'low' } },
    })
    const [e1, e2, e3] = rows
    assert.deepEqual(found, { everything: [e1, e2, e3], tenant: [e1, e2, e3], agent: [e2], tool: [e1, e3], risk: [] })
  })

  test(`${name}: approvals are found by id, by status and by run`, async (t) => {
    const rows = [
      approvalRow('a1'),
      approvalRow('a2', { run: 'run_2' }),
      approvalRow('a3', { status: 'granted', settled_at: 5, settled_by: 'bo', consumed_by: 'e1' }),
    ]
    const ledger = await given(t, ...rows.map((row) => put('approvals', row)))
    const found = await ask(ledger, {
      one: { read: 'approval', approval: 'a3' },
      absent: { read: 'approval', approval: 'a4' },
      all: { read: 'approvals' },
      pending: { read: 'approvals', status: 'pending' },
      ofRun: { read: 'approvals', run: 'run_1' },
      both: { read: 'approvals', status: 'pending', run: 'run_1' },
    })
    const [a1, a2, a3] = rows
    assert.deepEqual(found, { one: a3, absent: null, all: rows, pending: [a1, a2], ofRun: [a1, a3], both: [a1] })
  })

  test(`${name}: handoffs are found by status and by run`, async (t) => {
    const rows = [
      handoffRow('h1'),
      handoffRow('h2', { run: 'run_2', status: 'claimed', claimed_by: 'bo', claimed_at: 3, settled_at: 9 }),
    ]
    const ledger = await given(t, ...rows.map((row) => put('handoffs', row)))
    const found = await ask(ledger, {
      all: { read: 'handoffs' },
      assigned: { read: 'handoffs', status: 'assigned' },
      ofRun: { read: 'handoffs', run: 'run_2' },
    })
    assert.deepEqual(found, { all: rows, assigned: [rows[0]], ofRun: [rows[1]] })
  })

  test(`${name}: runs are listed youngest first, by status and agent, page by page`, async (t) => {
    const rows = [
      runRow('run_1'),
      runRow('run_2', { status: 'done', ended_at: 9, reason: 'budget_exceeded', session: 's', start_key: 'k' }),
      runRow('run_3', { agent: 'crm' }),
      runRow('run_4', { awaits: 'timer', awaited: 't', wake_at: 5 }),
    ]
    const ledger = await given(t, ...rows.map(({ run, ...row }) => putRun(run, row)))
    const found = await ask(ledger, {
      one: { read: 'run', run: 'run_2' },
      absent: { read: 'run', run: 'run_9' },
      all: { read: 'runs', most: 10 },
      two: { read: 'runs', most: 2 },
      next: { read: 'runs', most: 2, before: 'run_3' },
      running: { read: 'runs', most: 10, status: 'running' },
      crm: { read: 'runs', most: 10, agent: 'crm', status: 'running' },
    })
    const [r1, r2, r3, r4] = rows
    assert.deepEqual(found, {
      one: r2,
      absent: null,
      all: [r4, r3, r2, r1],
      two: [r4, r3],
      next: [r2, r1],
      running: [r4, r3, r1],
      crm: [r3],
    })
  })

  test(`${name}: a start key leads to its run, for its agent and environment`, async (t) => {
    const ledger = await given(t, putRun('run_1', { start_key: 'ZD-1' }), putRun('run_2', { start_key: 'ZD-2' }))
    const found = await ask(ledger, {
      mine: { read: 'start_key', agent: 'billing', environment: 'dev', key: 'ZD-1' },
      elsewhere: { read: 'start_key', agent: 'billing', environment: 'production', key: 'ZD-1' },
      other: { read: 'start_key', agent: 'crm', environment: 'dev', key: 'ZD-1' },
    })
    assert.deepEqual(found, { mine: { run: 'run_1', input_digest: 'digest of run_1' }, elsewhere: null, other: null })
  })

  test(`${name}: runs are ready when nothing is waited for, the time has come, or people have answered`, async (t) => {
    const now = Date.now()
    const ledger = await given(
      t,
      putRun('r1'),
      putRun('r2', { awaits: 'timer', wake_at: now - 1000 }),
      putRun('r3', { awaits: 'timer', wake_at: now + 60_000 }),
      putRun('r4', { awaits: 'approval', awaited: 'a_open' }),
      putRun('r5', { awaits: 'approval', awaited: 'a_settled', wake_at: now + 90_000 }),
      putRun('r6', { awaits: 'handoff', awaited: 'h_open' }),
      putRun('r7', { awaits: 'handoff', awaited: 'h_settled' }),
      putRun('r8', { ended_at: 5 }),
      putRun('r9', { ended_at: 5, awaits: 'timer', wake_at: now - 1000 }),
      put('approvals', approvalRow('a_open')),
      put('approvals', approvalRow('a_settled', { status: 'granted', settled_at: 5 })),
      put('handoffs', handoffRow('h_open')),
      put('handoffs', handoffRow('h_settled', { status: 'returned', settled_at: 5 })),
    )
    const { ready, two, timer } = await ask(ledger, {
      ready: { read: 'ready_runs', most: 10 },
      two: { read: 'ready_runs', most: 2 },
      timer: { read: 'next_timer' },
    })
    assert.deepEqual(
      ready.map(({ run }) => run),
      ['r1', 'r2', 'r5', 'r7'],
    )
    assert.deepEqual(
      two.map(({ run }) => run),
      ['r1', 'r2'],
    )
    assert.equal(timer, now - 1000)
  })

  test(`D9 ${name}: a run whose lease is held is not ready for anybody else`, async (t) => {
    const ledger = await given(t, putRun('r1'), putRun('r2'))
    await ledger.leases.enter('eng_1')
    const lease = await ledger.leases.take(tenant, 'r1', 'eng_1', 60_000)
    const reads = { ready: { read: 'ready_runs', most: 10 } } as const
    assert.deepEqual((await ask(ledger, reads)).ready, [{ run: 'r2' }])
    await ledger.leases.release(tenant, 'r1', 'eng_1', lease?.epoch ?? 0)
    assert.deepEqual((await ask(ledger, reads)).ready, [{ run: 'r1' }, { run: 'r2' }])
  })

  test(`${name}: a circuit breaker is found by its tool`, async (t) => {
    const ledger = await given(t, put('breakers', { tool: 'refund', state: 'open', since: 1, until: 9 }))
    const { open, none } = await ask(ledger, {
      open: { read: 'breaker', tool: 'refund' },
      none: { read: 'breaker', tool: 'other' },
    })
    assert.deepEqual([open, none], [{ state: 'open', since: 1, until: 9 }, null])
  })

  test(`${name}: rows are put whole, patched, added to and removed`, async (t) => {
    const ledger = await given(t, putRun('r1', { session: 's', turns: 1, cost_micro_usd: 10 }), putRun('r2'))
    await change(
      ledger,
      { change: 'patch', table: 'runs', key: { run: 'r1' }, set: { status: 'done', ended_at: 7, session: null } },
      { change: 'add', table: 'runs', key: { run: 'r1' }, by: { turns: 2, cost_micro_usd: -3 } },
      { change: 'add', table: 'runs', key: { run: 'absent' }, by: { turns: 2 } },
      { change: 'remove', table: 'runs', key: { run: 'r2' } },
    )
    const { r1, r2 } = await ask(ledger, { r1: { read: 'run', run: 'r1' }, r2: { read: 'run', run: 'r2' } })
    const expected = runRow('r1', { status: 'done', ended_at: 7, session: null, turns: 3, cost_micro_usd: 7 })
    assert.deepEqual([r1, r2], [expected, null])
    await change(ledger, putRun('r1', { status: 'running' }))
    assert.deepEqual((await ask(ledger, { r1: { read: 'run', run: 'r1' } })).r1, runRow('r1', { status: 'running' }))
  })
}

const everyRead = {
  head: { read: 'head', stream: 'run/1' },
  stops: { read: 'stops' },
  grants: { read: 'grants', grant: 'g1' },
  charter: { read: 'charter', agent: 'billing', environment: 'dev' },
  moved: { read: 'moved', key: 'k', withinMs: 60_000 },
  open_effects: { read: 'open_effects', subject: 'subject_1' },
  business_key: { read: 'business_key', key: 'b', withinMs: 60_000 },
  effect: { read: 'effect', effect: 'e1' },
  in_flight: { read: 'in_flight', scope: { scope: 'everything' } },
  approval: { read: 'approval', approval: 'a1' },
  approvals: { read: 'approvals' },
  handoffs: { read: 'handoffs' },
  run: { read: 'run', run: 'r1' },
  runs: { read: 'runs', most: 10 },
  start_key: { read: 'start_key', agent: 'billing', environment: 'dev', key: 'ZD-1' },
  ready_runs: { read: 'ready_runs', most: 10 },
  next_timer: { read: 'next_timer' },
  breaker: { read: 'breaker', tool: 'refund' },
} as const satisfies { [Kind in Read['read']]: Read & { read: Kind } }

const nothing: Found<typeof everyRead> & Readonly<Record<string, unknown>> = {
  head: { seq: 0, hash: '' },
  stops: [],
  grants: [],
  charter: null,
  moved: { amount: 0, count: 0 },
  open_effects: [],
  business_key: null,
  effect: null,
  in_flight: [],
  approval: null,
  approvals: [],
  handoffs: [],
  run: null,
  runs: [],
  start_key: null,
  ready_runs: [],
  next_timer: null,
  breaker: null,
}

const rowsOfEveryTable = (now: number): Change[] => [
  put('stops', stopRow('s1')),
  put('grants', grantRow('g1')),
  put('charters', { agent: 'billing', environment: 'dev', charter: 'sha', applied_at: 7 }),
  movement('e1', 'k', now, 5),
  put('effects', effectRow('e1', { business_key: 'b', dispatched_at: now })),
  put('approvals', approvalRow('a1')),
  put('handoffs', handoffRow('h1')),
  putRun('r1', { start_key: 'ZD-1', wake_at: 5 }),
  put('breakers', { tool: 'refund', state: 'open', since: 1, until: 9 }),
]
