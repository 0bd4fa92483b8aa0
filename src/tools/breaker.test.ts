import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { admit, type Breaker, closedBreaker, type Health, healthOf, record } from './breaker.ts'

const policy = { failures: 3, coolDownMs: 1_000 }
const after = (breaker: Breaker, ...healths: Health[]) =>
  healths.reduce((state, health) => record(state, policy, health, 0).breaker, breaker)

test('D10 failures in a row open the breaker, once, and an answer between them starts the count again', () => {
  assert.deepEqual(after(closedBreaker, 'failed', 'failed', 'answered', 'failed', 'failed'), {
    status: 'closed',
    failures: 2,
  })
  const last = record({ status: 'closed', failures: 2 }, policy, 'failed', 500)
  assert.deepEqual(last, { breaker: { status: 'open', until: 1_500 }, event: 'opened' })
  assert.deepEqual(record(last.breaker, policy, 'failed', 900), { breaker: last.breaker })
})

test('D10 an open breaker lets nothing through until its rest is over, then one call', () => {
  const open: Breaker = { status: 'open', until: 1_000 }
  assert.deepEqual(admit(open, policy, 999), { admitted: false, retryAt: 1_000 })
  const trial = admit(open, policy, 1_000)
  assert.deepEqual(trial, { admitted: true, breaker: { status: 'half_open', until: 2_000 }, event: 'half_open' })
  assert.ok(trial.admitted)
  assert.deepEqual(admit(trial.breaker, policy, 1_500), { admitted: false, retryAt: 2_000 })
})

test('D10 a trial that is answered closes the breaker, one that fails opens it again', () => {
  const trying: Breaker = { status: 'half_open', until: 2_000 }
  assert.deepEqual(record(trying, policy, 'answered', 1_500), { breaker: closedBreaker, event: 'closed' })
  assert.deepEqual(record(trying, policy, 'failed', 1_500), {
    breaker: { status: 'open', until: 2_500 },
    event: 'opened',
  })
})

test('D10 a trial that is never heard of does not close the tool off for good', () => {
  assert.deepEqual(admit({ status: 'half_open', until: 2_000 }, policy, 2_000), {
    admitted: true,
    breaker: { status: 'half_open', until: 3_000 },
  })
})

test('D10 an answer to a call from before does not close an open breaker', () => {
  const open: Breaker = { status: 'open', until: 1_000 }
  assert.deepEqual(record(open, policy, 'answered', 500), { breaker: open })
})

test('D10 a refusal is an answer, a lost answer is a failure, and what was cut short here is neither', () => {
  const message = ''
  assert.equal(healthOf({ ended: 'returned', output: {}, bytes: 2 }), 'answered')
  assert.equal(healthOf({ ended: 'not_committed', message, retryable: false, sent: true }), 'answered')
  assert.equal(healthOf({ ended: 'not_committed', message, retryable: true, sent: true }), 'failed')
  assert.equal(healthOf({ ended: 'not_committed', message, retryable: true, sent: false }), 'neither')
  assert.equal(healthOf({ ended: 'unknown', why: 'timed_out', message }), 'failed')
  assert.equal(healthOf({ ended: 'failed', why: 'threw', message, retryable: true }), 'failed')
  assert.equal(healthOf({ ended: 'failed', why: 'threw', message, retryable: false }), 'answered')
  assert.equal(healthOf({ ended: 'rejected_output', problems: [], bytes: 0 }), 'failed')
  assert.equal(healthOf({ ended: 'unknown', why: 'aborted', message }), 'neither')
  assert.deepEqual(after(closedBreaker, 'failed', 'neither', 'failed'), { status: 'closed', failures: 2 })
})

test('D10 events alternate: nothing opens that is open, and nothing closes that is closed', () => {
  const steps = fc.array(
    fc.record({ health: fc.constantFrom<Health>('answered', 'failed', 'neither'), pass: fc.nat({ max: 700 }) }),
  )
  fc.assert(
    fc.property(steps, (steps) => {
      let [breaker, now, last]: [Breaker, number, string] = [closedBreaker, 0, 'closed']
      for (const { health, pass } of steps) {
        now += pass
        const admission = admit(breaker, policy, now)
        if (!admission.admitted) continue
        const step = record(admission.breaker, policy, health, now)
        for (const event of [admission.event, step.event].filter((event) => event !== undefined)) {
          assert.ok(
            event !== last &&
              !(event === 'closed' && last === 'opened') &&
              !(event === 'half_open' && last !== 'opened'),
          )
          last = event
        }
        breaker = step.breaker
      }
    }),
  )
})
