import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pageText } from '../../test/page-text.ts'
import { loadCharter } from '../charter/load.ts'
import type { Json } from '../json.ts'
import type { RunEvent } from './events.ts'
import { nextStep, type Step } from './next-step.ts'
import { answered, anyEvents, foldAll, happened } from './run-events-for-tests.ts'

const pageWith = (agent: { readonly [key: string]: Json } = {}, more: { readonly [key: string]: Json } = {}) =>
  loadCharter({ file: 'page.yaml', text: pageText({ agent, ...more }), readFile: () => undefined }).page

const page = pageWith()

const given = (...events: readonly RunEvent[]) => ({
  next: (on = page) => nextStep(foldAll(...events), on),
})

/** The step with its actions by name. */
function named(step: Step) {
  if ('actions' in step) return [step.step, ...step.actions.map(({ proposed }) => proposed.action)]
  if ('action' in step && typeof step.action === 'object') return [step.step, step.action.proposed.action]
  return [step.step]
}

const read = { kind: 'read' as const, tool: 'get_invoice' }
const reads = (count: number) => Array.from({ length: count }, (_, n) => ({ ...read, digest: `read_${n + 1}` }))
const judged = (action: string, body = {}) => happened('action.judged', { action, ...body })
const returned = (action: string, body = {}) => happened('action.returned', { action, ...body })

test('a new run asks the model, and one that has ended or waits rests', () => {
  assert.deepEqual(given(happened('run.started')).next(), { step: 'ask_model' })
  assert.deepEqual(given(happened('run.started'), happened('run.ended')).next(), { step: 'rest' })
  assert.deepEqual(given(...answered({}), happened('run.waiting')).next(), { step: 'rest' })
})

test('whatever happened there is a next step, and it is the same each time', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const step = given(...events).next()
      assert.deepEqual(given(...events).next(), step)
      if ('actions' in step) assert.ok(step.actions.length > 0, `${step.step} of nothing would be done for ever`)
    }),
  )
})

test('a model that was asked by a process that is gone is not known to have answered', () => {
  assert.deepEqual(given(happened('run.started'), happened('turn.started')).next(), { step: 'lose_turn' })
})

test('an answer without calls ends the run', () => {
  assert.deepEqual(given(...answered()).next(), { step: 'end' })
})

test('D11 reads of a turn are judged and called together, up to the next write', () => {
  const turn = answered(...reads(2), { digest: 'w' }, { ...read, digest: 'read_3' })
  assert.deepEqual(named(given(...turn).next()), ['judge', '1.1', '1.2'])
  const allowed = [...turn, judged('1.1'), judged('1.2')]
  assert.deepEqual(named(given(...allowed).next()), ['call', '1.1', '1.2'])
  const called = [...allowed, returned('1.1', { called: true }), returned('1.2', { called: true })]
  assert.deepEqual(named(given(...called).next()), ['judge', '1.3'])
})

test('D11 writes of a turn go one at a time in the order they were proposed', () => {
  const turn = answered({ digest: 'w_1' }, { digest: 'w_2' })
  assert.deepEqual(named(given(...turn).next()), ['judge', '1.1'])
  assert.deepEqual(named(given(...turn, judged('1.1')).next()), ['dispatch', '1.1'])
  const sent = [...turn, judged('1.1'), happened('effect.dispatched'), happened('effect.committed')]
  assert.deepEqual(named(given(...sent).next()), ['conclude', '1.1'])
  assert.deepEqual(named(given(...sent, returned('1.1')).next()), ['judge', '1.2'])
})

test('D11 after a denial or an unknown the turn’s later writes are handed back, its reads are not', () => {
  const turn = answered({ digest: 'w_1' }, { ...read, digest: 'read_1' }, { digest: 'w_2' })
  for (const outcome of ['refused', 'failed'] as const) {
    const wrong = [...turn, judged('1.1'), returned('1.1', { outcome, code: 'tool_failed' })]
    assert.deepEqual(named(given(...wrong).next()), ['judge', '1.2'])
    const step = given(...wrong, judged('1.2'), returned('1.2')).next()
    assert.deepEqual([...named(step), 'code' in step && step.code], ['answer', '1.3', 'not_attempted'])
  }
})

test('D10 a call that was answered before in the run is answered again from there', () => {
  const again = [
    ...answered({ digest: 'w' }),
    judged('1.1'),
    happened('effect.dispatched'),
    happened('effect.committed'),
    returned('1.1'),
    happened('turn.started', { turn: 2 }),
    happened('turn.answered', { turn: 2 }),
    happened('action.proposed', { action: '2.1', turn: 2, digest: 'w' }),
  ]
  assert.deepEqual(named(given(...again).next()), ['replay', '2.1'])
})

test('D10 the same call in earnest after a dry run is judged, and so is a dry run after it', () => {
  const dry = [...answered({ digest: 'w', dry_run: true }), judged('1.1')]
  assert.deepEqual(named(given(...dry).next()), ['preview', '1.1'])
  const earnest = [
    ...dry,
    returned('1.1', { outcome: 'preview' }),
    happened('action.proposed', { action: '1.2', index: 1, digest: 'w' }),
  ]
  assert.deepEqual(named(given(...earnest).next()), ['judge', '1.2'])
})

test('D10 nobody is asked about a dry run, and none is ever sent', () => {
  const asked = judged('1.1', { decision: 'ask', asks: [{ from: 'finance', count: 1, expires_in_ms: 1 }] })
  assert.deepEqual(named(given(...answered({ dry_run: true }), asked).next()), ['preview', '1.1'])
})

test('D12 a yes is judged again on fresh facts, each time people were asked', () => {
  const asked = [...answered({}), judged('1.1', { decision: 'ask' }), happened('run.waiting'), happened('run.woken')]
  assert.deepEqual(named(given(...asked).next()), ['judge', '1.1'])
  const askedAnew = [
    ...asked,
    judged('1.1', { decision: 'ask', moment: 'after_wait' }),
    happened('run.waiting', { id: 'apr_2' }),
    happened('run.woken', { id: 'apr_2' }),
  ]
  assert.deepEqual(named(given(...askedAnew).next()), ['judge', '1.1'])
  const allowed = [...askedAnew, judged('1.1', { moment: 'after_wait' })]
  assert.deepEqual(named(given(...allowed).next()), ['dispatch', '1.1'])
})

test('D12 what is refused at its dispatch, after people said yes, is not judged and sent for ever', () => {
  const granted = [...answered({}), judged('1.1', { decision: 'ask' }), happened('run.waiting'), happened('run.woken')]
  const refused = [
    ...granted,
    judged('1.1', { moment: 'after_wait' }),
    judged('1.1', { moment: 'dispatch', decision: 'deny', code: 'effect_unresolved' }),
  ]
  assert.deepEqual(named(given(...refused).next()), ['answer', '1.1'])
})

test('a read that people had to allow is called, not dispatched', () => {
  const granted = [
    ...answered(read),
    judged('1.1', { decision: 'ask' }),
    happened('run.waiting'),
    happened('run.woken'),
    judged('1.1', { moment: 'after_wait' }),
  ]
  assert.deepEqual(named(given(...granted).next()), ['call', '1.1'])
})

test('a denial and a silence of people are told to the model as what they were', () => {
  for (const outcome of ['denied', 'expired'] as const) {
    const asked = [...answered({}), judged('1.1', { decision: 'ask' }), happened('run.waiting')]
    const step = given(...asked, happened('run.woken', { outcome })).next()
    assert.equal('code' in step && step.code, `approval_${outcome}`)
  }
})

test('D7 an effect without a clear outcome is resolved before anything else of its run', () => {
  const sent = [...answered({ digest: 'w_1' }, { digest: 'w_2' }), judged('1.1'), happened('effect.dispatched')]
  assert.deepEqual(named(given(...sent).next()), ['resolve', '1.1'])
  assert.deepEqual(named(given(...sent, happened('effect.unknown')).next()), ['resolve', '1.1'])
  const givenUp = [...sent, happened('effect.unknown'), happened('effect.given_up')]
  assert.deepEqual(named(given(...givenUp).next()), ['conclude', '1.1'])
})

test('the calls that the run has left are met, not broken, also by reads that go together', () => {
  const two = pageWith({ max_tool_calls: 2 })
  const turn = answered(...reads(3))
  assert.deepEqual(named(given(...turn).next(two)), ['judge', '1.1', '1.2'])
  const allowed = [...turn, judged('1.1'), judged('1.2')]
  const called = [...allowed, returned('1.1', { called: true }), returned('1.2', { called: true })]
  const step = given(...called).next(two)
  assert.deepEqual([step.step, 'bound' in step && step.bound], ['escalate', 'max_tool_calls'])
})

test('a turn calls no more tools than the page gives a step, reads that go together included', () => {
  const perStep = pageWith({ per_step: { tool_calls: 2 } })
  const turn = answered(...reads(3))
  assert.deepEqual(named(given(...turn).next(perStep)), ['judge', '1.1', '1.2'])
  const called = [...turn, judged('1.1'), judged('1.2'), returned('1.1'), returned('1.2')]
  const step = given(...called).next(perStep)
  assert.deepEqual([...named(step), 'code' in step && step.code], ['answer', '1.3', 'not_attempted'])
})

const turnOf = (turn: number, ...body: readonly RunEvent[]) => [
  happened('turn.started', { turn }),
  happened('turn.answered', { turn, calls: 1 }),
  ...body,
]

test('D10 three identical calls whose answer did not change are a loop; with another answer they are none', () => {
  const times = (answers: readonly string[]) =>
    answers.flatMap((answer, index) =>
      turnOf(
        index + 1,
        happened('action.proposed', { ...read, action: `${index + 1}.1`, digest: 'same' }),
        returned(`${index + 1}.1`, { answer_digest: answer, outcome: index === 0 ? 'result' : 'replayed' }),
      ),
    )
  const looped = given(...times(['a', 'a', 'a'])).next()
  assert.deepEqual([looped.step, 'code' in looped && looped.code], ['escalate', 'loop'])
  assert.deepEqual(given(...times(['a', 'b', 'a'])).next(), { step: 'ask_model' })
})

test('D10 three time-outs in a row are stuck, of the model or of its tools', () => {
  const patient = pageWith({ per_step: { retries: 5 } })
  const silentModel = (turn: number) => [
    happened('turn.started', { turn }),
    happened('turn.failed', { turn, timed_out: true }),
  ]
  const silentTool = (turn: number) =>
    turnOf(
      turn,
      happened('action.proposed', { ...read, action: `${turn}.1`, digest: `d_${turn}` }),
      returned(`${turn}.1`, { outcome: 'failed', code: 'tool_timeout', timed_out: true }),
    )
  for (const silent of [silentModel, silentTool]) {
    const step = given(...silent(1), ...silent(2), ...silent(3)).next(patient)
    assert.deepEqual([step.step, 'code' in step && step.code], ['escalate', 'stuck'])
    const answeredBetween = [...silent(1), ...silent(2), ...answered(read), returned('1.1'), ...silent(3)]
    assert.deepEqual(given(...answeredBetween).next(patient), { step: 'ask_model' })
  }
})

test('turns that come to nothing are tried again as often as the page says, then escalated with the last trouble', () => {
  const failed = (turn: number) =>
    turnOf(
      turn,
      happened('action.proposed', { ...read, action: `${turn}.1`, digest: `d_${turn}` }),
      returned(`${turn}.1`, { outcome: 'failed', code: 'tool_failed' }),
    )
  const retries = pageWith({ per_step: { retries: 1 } })
  assert.deepEqual(given(...failed(1)).next(retries), { step: 'ask_model' })
  const step = given(...failed(1), ...failed(2)).next(retries)
  assert.deepEqual([step.step, 'code' in step && step.code], ['escalate', 'tool_failed'])
})

test('a rule of the page on the rate of tool errors escalates as it says', () => {
  const rule = pageWith({}, { escalation_rules: [{ if: 'tool_error_rate > 0.4', action: 'ask_requester' }] })
  const turn = answered(...reads(2))
  const half = [
    ...turn,
    returned('1.1', { called: true }),
    returned('1.2', { outcome: 'failed', code: 'tool_failed', called: true }),
  ]
  assert.deepEqual(given(...half).next(rule), { step: 'escalate', code: 'tool_failed', escalation: 'ask_requester' })
})
