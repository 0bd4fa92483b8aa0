import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayRetry, retryDelay } from './retry-delay.ts'

const policy = { attempts: 5, backoffMs: 200, maxMs: 1_000 }
const always = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) })

test('the wait doubles after each send, up to the longest', () => {
  const waits = [1, 2, 3, 4, 2_000].map((sent) => retryDelay(policy, sent, always(255)))
  assert.deepEqual(waits, [200, 400, 800, 1_000, 1_000])
})

test('chance takes off at most half of the wait, and the same chance gives the same wait', () => {
  assert.deepEqual(
    [1, 2, 3].map((sent) => retryDelay(policy, sent, always(0))),
    [100, 200, 400],
  )
  assert.equal(retryDelay(policy, 2, always(128)), retryDelay(policy, 2, always(128)))
})

test('the first send counts as an attempt', () => {
  assert.deepEqual(
    [0, 4, 5].map((sent) => mayRetry(policy, sent)),
    [true, true, false],
  )
})
