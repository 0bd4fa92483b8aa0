import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quiet } from './quiet.ts'

const sent = (settles_by: number, status = 'dispatched') => ({ settles_by, status })

test('D4 a stop is quiet when nothing sent before it is under way', () => {
  assert.deepEqual(quiet([], 10), { quiet: true, waitUntil: null, overdue: 0 })
  assert.deepEqual(quiet([sent(20, 'committed'), sent(20, 'not_committed')], 10), {
    quiet: true,
    waitUntil: null,
    overdue: 0,
  })
})

test('D4 an attempt of unknown outcome may still be carried out: it is waited for until its time to settle is over', () => {
  assert.deepEqual(quiet([sent(20, 'unknown')], 10), { quiet: false, waitUntil: 20, overdue: 0 })
  assert.deepEqual(quiet([sent(20, 'unknown')], 20), { quiet: true, waitUntil: null, overdue: 1 })
})

test('D4 a stop waits for the last attempt under way, and not past the time it takes to settle', () => {
  const attempts = [sent(20), sent(30), sent(5), sent(99, 'not_committed')]
  assert.deepEqual(quiet(attempts, 10), { quiet: false, waitUntil: 30, overdue: 1 })
  assert.deepEqual(quiet(attempts, 29), { quiet: false, waitUntil: 30, overdue: 2 })
  assert.deepEqual(quiet(attempts, 30), { quiet: true, waitUntil: null, overdue: 3 })
})
