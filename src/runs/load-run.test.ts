import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../clock.ts'
import { systemRandomness } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import { openSqliteLedger } from '../ledger/sqlite/sqlite-ledger.ts'
import { createKeptRuns } from './kept-runs.ts'
import { loadRun, type Source } from './load-run.ts'
import { answered, happened } from './run-events-for-tests.ts'
import { snapshotOf } from './snapshot.ts'

const tenant = 'default'
const sealer = { digest: (value: unknown) => `keyed ${JSON.stringify(value)}` }

async function givenRun(t: TestContext) {
  const ledger = await openSqliteLedger({
    file: ':memory:',
    projections: [],
    clock: systemClock,
    random: systemRandomness,
  })
  t.after(() => ledger.close())
  const append = (...events: readonly { type: string; body: object; v?: number }[]) =>
    ledger.transact({
      tenant,
      locks: [],
      reads: {},
      decide: () => ({
        append: [{ stream: 'run/run_1', after: 'any', events: events.map(asDraft) }],
        answer: undefined,
      }),
    })
  await append(...answered({}))
  const source: Source = { ledger, sealer, tenant }
  return { source, append, before: await loadRun(source, 'run_1') }
}

const asDraft = ({ type, body, v = 1 }: { type: string; body: object; v?: number }) => {
  const stored: JsonObject = JSON.parse(JSON.stringify(body))
  return { type, v, actor: 'engine:eng_1', body: stored }
}

const keep = ({ ledger }: Source, { run, head }: Awaited<ReturnType<typeof loadRun>>) =>
  ledger.snapshots.keep(tenant, 'run/run_1', snapshotOf({ sealer, tenant }, run, head))

test('what was appended since, by whomever, is folded on top of what was kept', async (t) => {
  const { source, append, before } = await givenRun(t)
  await keep(source, before)
  await append(happened('effect.dispatched'), happened('effect.committed', { by: 'settlement' }))
  const fromSnapshot = await loadRun(source, 'run_1')
  const kept = createKeptRuns()
  kept.keep(before)
  const fromMemory = await loadRun(source, 'run_1', kept)
  assert.equal(fromMemory.run, before.run)
  assert.deepEqual(fromMemory.run, fromSnapshot.run)
  assert.deepEqual([fromSnapshot.head.seq, fromMemory.head], [6, fromSnapshot.head])
  assert.deepEqual(fromSnapshot.run.effects.get('run_1:1.1')?.attempts, ['committed'])
  assert.deepEqual([fromSnapshot.snapshotAt, fromMemory.snapshotAt], [4, 0])
})

test('what was kept of a run whose last event is another one, or not there, is passed over', async (t) => {
  const { source, before } = await givenRun(t)
  const wrong = { ...before, run: { ...before.run, status: 'done' as const } }
  const heads = [
    { ...before.head, hash: 'another' },
    { seq: 9, hash: before.head.hash },
  ]
  for (const head of heads) {
    await keep(source, { ...wrong, head })
    assert.equal((await loadRun(source, 'run_1')).run.status, 'running')
    const kept = createKeptRuns()
    kept.keep({ ...wrong, head })
    assert.equal((await loadRun(source, 'run_1', kept)).run.status, 'running')
  }
  await keep(source, wrong)
  assert.equal((await loadRun(source, 'run_1')).run.status, 'done', 'the snapshot is not read at all')
})

test('L9 an event that a newer Charter wrote after the snapshot is not passed over', async (t) => {
  const { source, append, before } = await givenRun(t)
  await keep(source, before)
  await append({ type: 'turn.started', body: {}, v: 2 })
  await assert.rejects(loadRun(source, 'run_1'), { code: 'ledger_newer' })
})

test('a run that nobody began is not there', async (t) => {
  const { source } = await givenRun(t)
  await assert.rejects(loadRun(source, 'run_2'), { code: 'run_not_found' })
})
