import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, openWith } from './ask.ts'
import { change, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'
import { attemptRow, effectRow, movement, put, putRun } from './rows.ts'

export function testReadsOfEffects(name: string, under: LedgerUnderTest): void {
  test(`${name}: what moved under a key is held and settled, within the window, without the effect that asks`, async (t) => {
    const now = Date.now()
    const hour = 3_600_000
    const ledger = await openWith(
      t,
      under,
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
    const ledger = await openWith(
      t,
      under,
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
    const ledger = await openWith(t, under, ...[...rows, elsewhere].map((row) => put('effects', row)))
    const { open } = await ask(ledger, { open: { read: 'open_effects', subject: 'subject_1' } })
    assert.deepEqual(open, [rows[0], rows[1]])
  })

  test(`${name}: a business key is held by the last effect that used it within its window, unless that was not committed`, async (t) => {
    const now = Date.now()
    const used = (effect: string, ago: number, status: string) =>
      effectRow(effect, { business_key: 'refund in_1', dispatched_at: now - ago, status })
    const rows = [used('e1', 50_000, 'committed'), used('e2', 30_000, 'unknown'), used('e3', 1000, 'not_committed')]
    const ledger = await openWith(t, under, ...rows.map((row) => put('effects', row)))
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
    const ledger = await openWith(t, under, put('effects', row))
    const { there, absent } = await ask(ledger, {
      there: { read: 'effect', effect: 'e1' },
      absent: { read: 'effect', effect: 'e2' },
    })
    assert.deepEqual([there, absent], [row, null])
  })

  test(`${name}: effects are listed youngest first, by standing and environment, page by page`, async (t) => {
    const rows = ['committed', 'dispatched', 'not_committed', 'unknown', 'committed'].map((status, i) =>
      effectRow(`run_${i + 1}:1.1`, { run: `run_${i + 1}`, status }),
    )
    const ledger = await openWith(
      t,
      under,
      ...rows.map((row) => put('effects', row)),
      ...rows.map(({ run }) => putRun(run, { environment: run < 'run_4' ? 'dev' : 'production' })),
    )
    const found = await ask(ledger, {
      all: { read: 'effects', most: 10 },
      two: { read: 'effects', most: 2 },
      next: { read: 'effects', most: 2, before: 'run_4:1.1' },
      open: { read: 'effects', most: 10, status: 'open' },
      dispatched: { read: 'effects', most: 10, status: 'dispatched' },
      unknown: { read: 'effects', most: 10, status: 'unknown' },
      committed: { read: 'effects', most: 10, status: 'committed' },
      refused: { read: 'effects', most: 10, status: 'not_committed' },
      production: { read: 'effects', most: 10, environment: 'production' },
      openInDev: { read: 'effects', most: 10, status: 'open', environment: 'dev', before: 'run_9:1.1' },
    })
    const [e1, e2, e3, e4, e5] = rows
    assert.deepEqual(found, {
      all: [e5, e4, e3, e2, e1],
      two: [e5, e4],
      next: [e3, e2],
      open: [e4, e2],
      dispatched: [e2],
      unknown: [e4],
      committed: [e5, e1],
      refused: [e3],
      production: [e5, e4],
      openInDev: [e2],
    })
  })

  test(`D4 ${name}: what is in flight is found by the scope of a stop, attempt by attempt`, async (t) => {
    const now = Date.now()
    const rows = [
      attemptRow('e1'),
      attemptRow('e1', { attempt: 2, settles_by: now + 60_000 }),
      attemptRow('e2', { agent: 'crm', tool: 'update_record', risk: 'medium', settles_by: now + 60_000 }),
      attemptRow('e3', { status: 'unknown', settles_by: now + 60_000 }),
      attemptRow('e4', { status: 'unknown', settles_by: now - 1_000 }),
    ]
    const ledger = await openWith(t, under, ...rows.map((row) => put('attempts', row)))
    const found = await ask(ledger, {
      everything: { read: 'in_flight', scope: { scope: 'everything' } },
      tenant: { read: 'in_flight', scope: { scope: 'tenant' } },
      agent: { read: 'in_flight', scope: { scope: 'agent', agent: 'crm' } },
      tool: { read: 'in_flight', scope: { scope: 'tool', tool: 'request_refund' } },
      risk: { read: 'in_flight', scope: { scope: 'risk', risk: 'low' } },
      earlier: { read: 'in_flight', scope: { scope: 'tool', tool: 'request_refund' }, since: now - 2_000 },
    })
    const [first, second, e2, e3, e4] = rows
    assert.deepEqual(found, {
      everything: [first, second, e2, e3],
      tenant: [first, second, e2, e3],
      agent: [e2],
      tool: [first, second, e3],
      risk: [],
      earlier: [first, second, e3, e4],
    })
  })
}
