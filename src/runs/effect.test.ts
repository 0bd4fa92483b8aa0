import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AttemptOutcome, type Effect, effectStatus, statusAfter, withAbsence, withOutcome } from './effect.ts'
import type { EffectDispatched } from './events.ts'

const last: EffectDispatched = {
  effect: 'run_1:1.1',
  action: '1.1',
  agent: 'refunds',
  tool: 'request_refund',
  risk: 'high',
  attempt: 1,
  key: 'ck_1',
  first_dispatched_at: 0,
  deadline: 10_000,
  settles_by: 15_000,
  moves: [],
}

const sent = (...attempts: AttemptOutcome[]): Effect => ({
  id: last.effect,
  action: last.action,
  key: last.key,
  digest: 'hmac-sha256:a',
  attempts,
  last: { ...last, attempt: attempts.length },
  retryable: false,
  judged: undefined,
  timedOut: 0,
  givenUp: false,
  lookAt: undefined,
  looks: 0,
})

const outcomes = fc.array(fc.constantFrom<AttemptOutcome>('open', 'committed', 'not_committed', 'unknown'), {
  minLength: 1,
  maxLength: 6,
})

test('D6 a refusal of the second attempt says nothing of the first', () => {
  const effect = withOutcome(sent('unknown', 'open'), 2, 'not_committed')
  assert.deepEqual(effect.attempts, ['unknown', 'not_committed'])
  assert.equal(effectStatus(effect.attempts), 'unknown')
})

test('D6 an effect is committed as soon as one of its attempts is, whatever the others came to', () => {
  fc.assert(
    fc.property(outcomes, fc.nat(5), (attempts, at) => {
      const committed = attempts.with(at % attempts.length, 'committed')
      assert.equal(effectStatus(committed), 'committed')
    }),
  )
})

test('D6 an effect is not committed only when every attempt is certainly not', () => {
  fc.assert(
    fc.property(outcomes, (attempts) => {
      const allAreNot = attempts.every((outcome) => outcome === 'not_committed')
      assert.equal(effectStatus(attempts) === 'not_committed', allAreNot)
    }),
  )
})

test('D6 while one attempt is on its way the effect is dispatched, unless another was committed', () => {
  assert.equal(effectStatus(['unknown', 'open']), 'dispatched')
  assert.equal(effectStatus(['not_committed', 'open']), 'dispatched')
  assert.equal(effectStatus(['committed', 'open']), 'committed')
})

test('D6 a late outcome of an earlier attempt changes that attempt alone', () => {
  fc.assert(
    fc.property(
      outcomes,
      fc.nat(5),
      fc.constantFrom<AttemptOutcome>('committed', 'unknown'),
      (attempts, at, outcome) => {
        const attempt = (at % attempts.length) + 1
        const after = withOutcome(sent(...attempts), attempt, outcome).attempts
        const others = (all: readonly AttemptOutcome[]) => all.toSpliced(attempt - 1, 1)
        assert.deepEqual(others(after), others(attempts))
      },
    ),
  )
})

test('D6 the system of record knows nothing of the key: no attempt was committed', () => {
  assert.equal(effectStatus(withAbsence(sent('unknown', 'open', 'unknown')).attempts), 'not_committed')
})

test('D6 what was committed is never taken back, in whichever order outcomes come', () => {
  fc.assert(
    fc.property(
      outcomes,
      fc.array(fc.tuple(fc.nat(5), fc.constantFrom<AttemptOutcome>('not_committed', 'unknown'))),
      (attempts, later) => {
        const committed = sent(...attempts.with(0, 'committed'))
        const after = later.reduce((effect, [at, outcome]) => withOutcome(effect, at + 1, outcome), committed)
        assert.equal(effectStatus(after.attempts), 'committed')
        assert.equal(effectStatus(withAbsence(after).attempts), 'committed')
      },
    ),
  )
})

test('the status that an outcome is recorded with is the one that folding it gives', () => {
  fc.assert(
    fc.property(
      outcomes,
      fc.nat(5),
      fc.constantFrom<AttemptOutcome>('committed', 'not_committed', 'unknown'),
      (attempts, at, outcome) => {
        const attempt = (at % attempts.length) + 1
        const effect = sent(...attempts)
        assert.equal(
          statusAfter(effect, attempt, outcome),
          effectStatus(withOutcome(effect, attempt, outcome).attempts),
        )
      },
    ),
  )
})

test('an outcome of an effect that is not known here is all that is known of it', () => {
  assert.equal(statusAfter(undefined, 1, 'unknown'), 'unknown')
  assert.equal(statusAfter(undefined, 1, 'open'), 'dispatched')
})
