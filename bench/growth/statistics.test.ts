import assert from 'node:assert/strict'
import { test } from 'node:test'
import { growthOf, spreadOf } from './statistics.ts'

test('the median and the 95th percentile are times that were measured, whatever order they came in', () => {
  const times = Array.from({ length: 100 }, (_, index) => 100 - index)
  assert.deepEqual(spreadOf(times), { samples: 100, median: 50, p95: 95 })
  assert.deepEqual(spreadOf([3]), { samples: 1, median: 3, p95: 3 })
})

test('what grew in the middle has grown, and what got faster has not', () => {
  assert.equal(growthOf([2, 5, 3]), 2.5)
  assert.equal(growthOf([4, 2, 1]), 1)
})

test('no time at all is not taken for a steady one', () => {
  assert.ok(Number.isNaN(growthOf([])) || !(growthOf([]) <= 1.5))
  assert.ok(Number.isNaN(spreadOf([]).median))
})
