import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Change } from '../projection.ts'
import type { Found, Read } from '../reads.ts'
import { ask, openWith } from './ask.ts'
import { append, change, changing, happened, type LedgerUnderTest, openFresh } from './ledger-under-test.ts'
import { testReadsOfAuthority } from './reads-of-authority.ts'
import { testReadsOfEffects } from './reads-of-effects.ts'
import { testReadsOfRuns } from './reads-of-runs.ts'
import {
  approvalRow,
  attemptRow,
  effectRow,
  grantRow,
  handoffRow,
  incidentRow,
  movement,
  put,
  putRun,
  runRow,
  stopRow,
  touching,
} from './rows.ts'

export function testReads(name: string, under: LedgerUnderTest): void {
  testReadsOfAuthority(name, under)
  testReadsOfEffects(name, under)
  testReadsOfRuns(name, under)

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
    const ledger = await openWith(t, under, putRun('r1'), put('stops', stopRow('s1')))
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

  test(`${name}: rows are put whole, patched, added to and removed`, async (t) => {
    const ledger = await openWith(t, under, putRun('r1', { session: 's', turns: 1, cost_micro_usd: 10 }), putRun('r2'))
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
  effects: { read: 'effects', most: 10 },
  in_flight: { read: 'in_flight', scope: { scope: 'everything' } },
  approval: { read: 'approval', approval: 'a1' },
  approvals: { read: 'approvals' },
  handoffs: { read: 'handoffs' },
  incidents: { read: 'incidents', most: 10 },
  run: { read: 'run', run: 'r1' },
  runs: { read: 'runs', most: 10 },
  runs_of_subject: { read: 'runs_of_subject', kind: 'invoice', subject: 'invoice:9f', most: 10 },
  subject_kinds: { read: 'subject_kinds' },
  start_key: { read: 'start_key', agent: 'billing', environment: 'dev', key: 'ZD-1' },
  ready_runs: { read: 'ready_runs', most: 10, environment: 'dev', agents: ['billing'] },
  resting_runs: { read: 'resting_runs', most: 10, environment: 'dev', agents: ['billing'] },
  next_timer: { read: 'next_timer', environment: 'dev', agents: ['billing'] },
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
  effects: [],
  in_flight: [],
  approval: null,
  approvals: [],
  handoffs: [],
  incidents: [],
  run: null,
  runs: [],
  runs_of_subject: [],
  subject_kinds: [],
  start_key: null,
  ready_runs: [],
  resting_runs: [],
  next_timer: null,
  breaker: null,
}

const rowsOfEveryTable = (now: number): Change[] => [
  put('stops', stopRow('s1')),
  put('grants', grantRow('g1')),
  put('charters', { agent: 'billing', environment: 'dev', charter: 'sha', applied_at: 7 }),
  movement('e1', 'k', now, 5),
  put('effects', effectRow('e1', { business_key: 'b', dispatched_at: now })),
  put('attempts', attemptRow('e1')),
  put('approvals', approvalRow('a1')),
  put('handoffs', handoffRow('h1')),
  putRun('r1', { start_key: 'ZD-1' }),
  putRun('r2', { awaits: 'approval', awaited: 'a2', wake_at: now + 60_000 }),
  put('incidents', incidentRow('inc_1')),
  touching('r1', 'invoice:9f'),
  put('breakers', { tool: 'refund', state: 'open', since: 1, until: 9 }),
]
