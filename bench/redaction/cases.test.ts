import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomOf } from '../tau-retail/random.ts'
import { generators } from './bench.ts'
import { rate } from './score.ts'

const drawn = (seed: number) =>
  generators.map((generator) => {
    const random = randomOf(seed, generator.name)
    return Array.from({ length: 20 }, () => [generator.positive(random), generator.negative(random)])
  })

test('the same seed draws the same cases, and another seed others', () => {
  assert.deepEqual(drawn(3), drawn(3))
  assert.notDeepEqual(drawn(3), drawn(4))
})

test('no near miss is a value of its class', () => {
  for (const cases of drawn(5)) {
    const values = new Set(cases.map(([positive]) => positive?.value))
    for (const [, negative] of cases) assert.ok(!values.has(negative?.value ?? ''))
  }
})

test('precision is of what was found, recall of what was there', () => {
  const rated = rate({ positives: 10, negatives: 10, found: 8, mistaken: 2, disturbed: 1 })
  assert.deepEqual(rated, { positives: 10, negatives: 10, precision: 0.8, recall: 0.8, disturbed: 1 })
  assert.equal(rate({ positives: 10, negatives: 10, found: 0, mistaken: 0, disturbed: 0 }).precision, 0)
})
