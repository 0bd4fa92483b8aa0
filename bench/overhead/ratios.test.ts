import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median, overBest, percentile, type Rounds } from './ratios.ts'

const rounds: Rounds = {
  own: [{ one: 30 }, { one: 20 }, { one: 10 }],
  quick: [
    { one: 10, many: 5 },
    { one: 10, many: 20 },
    { one: 10, many: 40 },
  ],
  slow: [{ one: 5 }, { one: 5 }, { one: 20 }],
}

test('a ratio is taken within its round, against the best of the others in that round', () => {
  const others = [
    { name: 'quick', of: ['one'] },
    { name: 'slow', of: ['one'] },
  ]
  assert.deepEqual(overBest(rounds, { name: 'own', of: ['one'] }, others), { median: 2, low: 0.5 })
})

test('where several figures of another count, its better one does', () => {
  const better = [{ name: 'quick', of: ['one', 'many'] }]
  assert.deepEqual(overBest(rounds, { name: 'own', of: ['one'] }, better), { median: 1, low: 0.25 })
})

test('without anybody to stand beside there is no ratio', () => {
  assert.equal(overBest(rounds, { name: 'own', of: ['one'] }, [{ name: 'absent', of: ['one'] }]), null)
})

test('the median of an even count is the middle of the two, and a percentile is a number that was measured', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(percentile([5, 1, 4, 2, 3], 50), 3)
  assert.equal(percentile([1, 2], 99), 2)
})
