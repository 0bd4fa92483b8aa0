import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evolve } from './evolve.ts'
import { emptyRun, isEnded } from './run.ts'
import { answered, anyEvents, foldAll, happened } from './run-events-for-tests.ts'

test('whatever happened, in whichever order, a run can be made of it', () => {
  fc.assert(fc.property(anyEvents, (events) => assert.ok(foldAll(...events))))
})

test('folding twice is folding once', () => {
  fc.assert(fc.property(anyEvents, (events) => assert.deepEqual(foldAll(...events), foldAll(...events))))
})

test('a run that is folded up to any point goes on from there to the same end', () => {
  fc.assert(
    fc.property(anyEvents, fc.nat(60), (events, at) => {
      const before = foldAll(...events.slice(0, at))
      assert.deepEqual(events.slice(at).reduce(evolve, before), foldAll(...events))
    }),
  )
})

test('an event changes nothing of itself: folded again by another it means the same', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const before = structuredClone(events)
      foldAll(...events)
      assert.deepEqual(events, before)
    }),
  )
})

test('an event that this Charter does not know leaves the run as it is', () => {
  const unknown = Object.assign(happened('run.recovered'), { type: 'run.annotated' })
  assert.deepEqual(foldAll(happened('run.started'), unknown).status, 'running')
})

test('P7 waiting for people is nobody’s active time', () => {
  const run = foldAll(
    happened('run.started', {}, 1_000),
    happened('turn.started', {}, 1_000),
    happened('turn.answered', {}, 1_400),
    happened('action.proposed', {}, 1_400),
    happened('run.waiting', {}, 1_500),
    happened('run.woken', {}, 9_000_000),
    happened('action.judged', {}, 9_000_100),
  )
  assert.equal(run.spent.active_ms, 400 + 100 + 100)
})

test('P7 the time between a crash and its recovery is nobody’s active time', () => {
  const run = foldAll(
    happened('run.started', {}, 1_000),
    happened('turn.started', {}, 1_000),
    happened('run.recovered', {}, 5_000_000),
    happened('turn.failed', { lost: true }, 5_000_000),
    happened('turn.started', {}, 5_000_200),
  )
  assert.equal(run.spent.active_ms, 200)
})

test('P7 the time before an engine took the run up is nobody’s active time', () => {
  const run = foldAll(
    happened('run.started', {}, 1_000),
    happened('turn.started', {}, 7_000_000),
    happened('turn.answered', {}, 7_000_300),
  )
  assert.equal(run.spent.active_ms, 300)
})

test('P7 the time for which a provider asked to be left alone is nobody’s active time', () => {
  const run = foldAll(
    happened('turn.started', {}, 1_000),
    happened('turn.failed', { retry_after_ms: 60_000 }, 1_100),
    happened('turn.started', { turn: 2 }, 61_150),
    happened('turn.answered', { turn: 2 }, 61_400),
  )
  assert.equal(run.spent.active_ms, 100 + 50 + 250)
})

test('a clock that was set back takes no time away', () => {
  const run = foldAll(
    happened('turn.started', {}, 9_000),
    happened('turn.answered', {}, 9_500),
    happened('run.ended', {}, 2_000),
  )
  assert.equal(run.spent.active_ms, 500)
})

test('D14 a model call that never answered has cost all that was reserved for it', () => {
  const run = foldAll(happened('turn.started'), happened('turn.failed'))
  assert.equal(run.spent.cost_micro_usd, 15)
  assert.equal(run.spent.prompt_tokens, 10)
})

test('D1 what people denied, let expire or edited is remembered by its digest', () => {
  for (const outcome of ['denied', 'expired', 'edited']) {
    const run = foldAll(...answered({ digest: 'd_1' }), happened('run.waiting'), happened('run.woken', { outcome }))
    assert.equal(run.refused.get('d_1'), `approval_${outcome}`)
  }
  const granted = foldAll(...answered({ digest: 'd_1' }), happened('run.waiting'), happened('run.woken'))
  assert.equal(granted.refused.size, 0)
})

test('D10 a read that was answered is known until the run writes, and a committed write for good', () => {
  const read = [
    ...answered({ kind: 'read', digest: 'd_read' }, { digest: 'd_write' }),
    happened('action.returned', { called: true }),
  ]
  assert.ok(foldAll(...read).results.has('d_read'))
  const written = [
    ...read,
    happened('effect.dispatched', { effect: 'run_1:1.2', action: '1.2' }),
    happened('effect.committed', { effect: 'run_1:1.2' }),
    happened('action.returned', { action: '1.2' }),
    happened('turn.started', { turn: 2 }),
  ]
  assert.deepEqual([...foldAll(...written).results.keys()], ['d_write'])
})

test('D10 a dry run is no write: proposed again in earnest it is not answered from memory', () => {
  const run = foldAll(
    ...answered({ digest: 'd_1', dry_run: true }),
    happened('action.returned', { outcome: 'preview' }),
  )
  assert.equal(run.results.size, 0)
})

test('an action that an approver changed stands in the place of the one that the model had proposed', () => {
  const run = foldAll(
    ...answered({ digest: 'd_1' }, { digest: 'd_2' }),
    happened('run.waiting'),
    happened('run.woken', { outcome: 'edited' }),
    happened('action.proposed', { action: '1.1e', digest: 'd_3', edited_from: '1.1' }),
  )
  assert.ok(!run.actions.has('1.1'))
  assert.deepEqual(new Set(run.turn?.actions), new Set(['1.1e', '1.2']))
})

test('what people add when they hand a run back is added up', () => {
  const run = foldAll(
    happened('run.woken', { awaits: 'handoff', outcome: 'returned', extends: { turns: 2 } }),
    happened('run.woken', { awaits: 'handoff', outcome: 'returned', extends: { turns: 1, cost_micro_usd: 50 } }),
  )
  assert.deepEqual(run.extended, { turns: 3, tool_calls: 0, cost_micro_usd: 50 })
})

test('a run that was handed back starts counting its failures anew', () => {
  const failed = [
    ...answered({ kind: 'read' }),
    happened('action.returned', { outcome: 'failed', code: 'tool_failed', called: true, timed_out: true }),
    happened('run.escalated'),
    happened('run.waiting', { awaits: 'handoff', id: 'hand_1' }),
  ]
  const run = foldAll(...failed, happened('run.woken', { awaits: 'handoff', id: 'hand_1', outcome: 'returned' }))
  assert.deepEqual([run.fruitless, run.repeats.size, run.escalated], [0, 0, undefined])
  assert.deepEqual(run.silent, { model: 0, tools: 0 })
  assert.deepEqual(run.toolErrors, { calls: 0, errors: 0 })
})

test('a run that has ended says so', () => {
  assert.ok(isEnded(foldAll(happened('run.ended', { status: 'stopped' }))))
  assert.ok(!isEnded(foldAll(happened('run.waiting', { awaits: 'handoff' }))))
  assert.ok(!isEnded(emptyRun('run_1')))
})
