import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, openWith } from './ask.ts'
import { type LedgerUnderTest, tenant } from './ledger-under-test.ts'
import { approvalRow, effectRow, handoffRow, incidentRow, put, putRun, runRow, touching } from './rows.ts'

const ours = { environment: 'dev', agents: ['billing'] } as const
const runsOf = (rows: readonly { run: string }[]) => rows.map(({ run }) => run)

export function testReadsOfRuns(name: string, under: LedgerUnderTest): void {
  test(`${name}: approvals are found by id, by status, by run and by the environment of their run`, async (t) => {
    const rows = [
      approvalRow('a1'),
      approvalRow('a2', { run: 'run_2' }),
      approvalRow('a3', { status: 'granted', settled_at: 5, settled_by: 'bo', consumed_by: 'e1' }),
    ]
    const runs = [putRun('run_1'), putRun('run_2', { environment: 'production' })]
    const ledger = await openWith(t, under, ...runs, ...rows.map((row) => put('approvals', row)))
    const found = await ask(ledger, {
      one: { read: 'approval', approval: 'a3' },
      absent: { read: 'approval', approval: 'a4' },
      all: { read: 'approvals' },
      pending: { read: 'approvals', status: 'pending' },
      ofRun: { read: 'approvals', run: 'run_1' },
      both: { read: 'approvals', status: 'pending', run: 'run_1' },
      production: { read: 'approvals', environment: 'production' },
    })
    const [a1, a2, a3] = rows
    assert.deepEqual(found, {
      one: a3,
      absent: null,
      all: rows,
      pending: [a1, a2],
      ofRun: [a1, a3],
      both: [a1],
      production: [a2],
    })
  })

  test(`${name}: handoffs are found by status, by run and by the environment of their run`, async (t) => {
    const rows = [
      handoffRow('h1'),
      handoffRow('h2', { run: 'run_2', status: 'claimed', claimed_by: 'bo', claimed_at: 3, settled_at: 9 }),
    ]
    const runs = [putRun('run_1'), putRun('run_2', { environment: 'production' })]
    const ledger = await openWith(t, under, ...runs, ...rows.map((row) => put('handoffs', row)))
    const found = await ask(ledger, {
      all: { read: 'handoffs' },
      assigned: { read: 'handoffs', status: 'assigned' },
      ofRun: { read: 'handoffs', run: 'run_2' },
      dev: { read: 'handoffs', environment: 'dev' },
    })
    assert.deepEqual(found, { all: rows, assigned: [rows[0]], ofRun: [rows[1]], dev: [rows[0]] })
  })

  test(`${name}: runs are listed youngest first, by status, agent and environment, page by page`, async (t) => {
    const rows = [
      runRow('run_1'),
      runRow('run_2', { status: 'done', ended_at: 9, reason: 'budget_exceeded', session: 's', start_key: 'k' }),
      runRow('run_3', { agent: 'crm', environment: 'production' }),
      runRow('run_4', { awaits: 'timer', awaited: 't', wake_at: 5 }),
    ]
    const ledger = await openWith(t, under, ...rows.map(({ run, ...row }) => putRun(run, row)))
    const found = await ask(ledger, {
      one: { read: 'run', run: 'run_2' },
      absent: { read: 'run', run: 'run_9' },
      all: { read: 'runs', most: 10 },
      two: { read: 'runs', most: 2 },
      next: { read: 'runs', most: 2, before: 'run_3' },
      running: { read: 'runs', most: 10, status: 'running' },
      crm: { read: 'runs', most: 10, agent: 'crm', status: 'running' },
      production: { read: 'runs', most: 10, environment: 'production' },
      latestInDev: { read: 'runs', most: 1, environment: 'dev', before: 'run_4', status: 'done' },
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
      production: [r3],
      latestInDev: [r2],
    })
  })

  test(`${name}: incidents are listed youngest first, by status and environment, page by page`, async (t) => {
    const rows = [
      incidentRow('inc_1'),
      incidentRow('inc_2', { status: 'closed', closed_at: 9, keeps_runs: 0 }),
      incidentRow('inc_3', { environment: 'production', scope: 'everything', value: '' }),
    ]
    const ledger = await openWith(t, under, ...rows.map((row) => put('incidents', row)))
    const found = await ask(ledger, {
      all: { read: 'incidents', most: 5 },
      open: { read: 'incidents', status: 'open', environment: 'dev', most: 5 },
      closed: { read: 'incidents', status: 'closed', most: 5 },
      one: { read: 'incidents', incident: 'inc_2', most: 1 },
      next: { read: 'incidents', most: 1, before: 'inc_3' },
    })
    const [i1, i2, i3] = rows
    assert.deepEqual(found, { all: [i3, i2, i1], open: [i1], closed: [i2], one: [i2], next: [i2] })
  })

  test(`${name}: the runs that touched a subject are found youngest first, by environment, page by page`, async (t) => {
    const rows = ['run_1', 'run_2', 'run_3'].map((run) => runRow(run, run === 'run_2' ? { environment: 'live' } : {}))
    const ledger = await openWith(
      t,
      under,
      ...[...rows, runRow('run_4')].map(({ run, ...row }) => putRun(run, row)),
      ...rows.map(({ run }) => touching(run, 'invoice:9f')),
      touching('run_1', 'invoice:9f', 9),
      touching('run_4', 'invoice:aa'),
      touching('run_4', 'customer:9f'),
      touching('run_4', 'ticket:1'),
    )
    const invoice = { read: 'runs_of_subject', kind: 'invoice', subject: 'invoice:9f', most: 10 } as const
    const found = await ask(ledger, {
      all: invoice,
      two: { ...invoice, most: 2 },
      next: { ...invoice, before: 'run_2' },
      live: { ...invoice, environment: 'live' },
      otherKind: { ...invoice, kind: 'customer' },
      kinds: { read: 'subject_kinds' },
    })
    const [r1, r2, r3] = rows
    assert.deepEqual(found, {
      all: [r3, r2, r1],
      two: [r3, r2],
      next: [r1],
      live: [r2],
      otherKind: [],
      kinds: ['customer', 'invoice', 'ticket'],
    })
  })

  test(`${name}: a start key leads to its run, for its agent and environment`, async (t) => {
    const ledger = await openWith(
      t,
      under,
      putRun('run_1', { start_key: 'ZD-1' }),
      putRun('run_2', { start_key: 'ZD-2' }),
    )
    const found = await ask(ledger, {
      mine: { read: 'start_key', agent: 'billing', environment: 'dev', key: 'ZD-1' },
      elsewhere: { read: 'start_key', agent: 'billing', environment: 'production', key: 'ZD-1' },
      other: { read: 'start_key', agent: 'crm', environment: 'dev', key: 'ZD-1' },
    })
    assert.deepEqual(found, { mine: { run: 'run_1', input_digest: 'digest of run_1' }, elsewhere: null, other: null })
  })

  test(`${name}: runs are ready when nothing is waited for or the time has come, and when an effect is due`, async (t) => {
    const now = Date.now()
    const ledger = await openWith(
      t,
      under,
      putRun('r1'),
      putRun('r2', { awaits: 'approval', wake_at: now - 1000 }),
      putRun('r3', { awaits: 'approval', wake_at: now + 60_000 }),
      putRun('r4', { awaits: 'handoff', awaited: 'h_open' }),
      putRun('r5', { ended_at: 5 }),
      putRun('r6', { ended_at: 5 }),
      put('effects', effectRow('e1', { run: 'r5', look_at: now - 1000 })),
      put('effects', effectRow('e2', { run: 'r6', look_at: now + 30_000 })),
    )
    const { ready, two, timer } = await ask(ledger, {
      ready: { read: 'ready_runs', most: 10, ...ours },
      two: { read: 'ready_runs', most: 2, ...ours },
      timer: { read: 'next_timer', ...ours },
    })
    assert.deepEqual(runsOf(ready), ['r1', 'r2', 'r5'])
    assert.deepEqual(runsOf(two), ['r1', 'r2'])
    assert.equal(timer, now + 30_000)
  })

  test(`${name}: an engine is shown the runs of its own agents and environment`, async (t) => {
    const now = Date.now()
    const waiting = { awaits: 'approval', awaited: 'a', wake_at: now + 60_000 }
    const ledger = await openWith(
      t,
      under,
      putRun('r1', { agent: 'crm' }),
      putRun('r2', { agent: 'mail' }),
      putRun('r3', { environment: 'production' }),
      putRun('r4', waiting),
      putRun('r5', { ...waiting, agent: 'crm' }),
      putRun('r6', { awaits: 'handoff', awaited: 'h' }),
      putRun('r7', { awaits: 'stop', awaited: 'everything', agent: 'mail' }),
    )
    const found = await ask(ledger, {
      both: { read: 'ready_runs', most: 10, environment: 'dev', agents: ['crm', 'mail'] },
      production: { read: 'ready_runs', most: 10, environment: 'production', agents: ['billing'] },
      none: { read: 'ready_runs', most: 10, environment: 'dev', agents: [] },
      resting: { read: 'resting_runs', most: 10, environment: 'dev', agents: ['billing', 'mail'] },
      timer: { read: 'next_timer', environment: 'production', agents: ['billing'] },
    })
    assert.deepEqual(runsOf(found.both), ['r1', 'r2'])
    assert.deepEqual(runsOf(found.production), ['r3'])
    assert.deepEqual(runsOf(found.none), [])
    assert.deepEqual(runsOf(found.resting), ['r4', 'r7'])
    assert.equal(found.timer, null)
  })

  test(`D9 ${name}: a run whose lease is held is not ready for anybody else`, async (t) => {
    const ledger = await openWith(t, under, putRun('r1'), putRun('r2'))
    await ledger.leases.enter('eng_1')
    const lease = await ledger.leases.take(tenant, 'r1', 'eng_1', 60_000)
    const reads = { ready: { read: 'ready_runs', most: 10, ...ours } } as const
    assert.deepEqual((await ask(ledger, reads)).ready, [{ run: 'r2' }])
    await ledger.leases.release(tenant, 'r1', 'eng_1', lease?.epoch ?? 0)
    assert.deepEqual((await ask(ledger, reads)).ready, [{ run: 'r1' }, { run: 'r2' }])
  })
}
