import assert from 'node:assert/strict'
import { test } from 'node:test'
import { happened } from '../runs/run-events-for-tests.ts'
import { defineMetric, measureOfMetric } from './define-metric.ts'
import { factsFrom } from './facts-for-tests.ts'

const about = { about: 'What customers say.', unit: 'points', better: 'higher' } as const
const facts = factsFrom([happened('run.started'), happened('run.ended')])
const values = new Map([['csat', new Map([['run_1', 4]])]])

test('a metric without a function is the value that was brought for the run', () => {
  const csat = measureOfMetric(defineMetric({ name: 'csat', ...about }), values)
  assert.deepEqual(csat.count(facts), { numerator: 4, denominator: 1 })
  assert.deepEqual(csat.count({ ...facts, run: 'run_2' }), { numerator: 0, denominator: 0 })
})

test('a function sees the facts and the value, and may say what it is counted over', () => {
  const of = defineMetric({
    name: 'csat',
    ...about,
    of: ({ agent }, value) =>
      agent === 'refunds' && value !== undefined ? { numerator: value, denominator: 5 } : undefined,
  })
  assert.deepEqual(measureOfMetric(of, values).count(facts), { numerator: 4, denominator: 5 })
  assert.deepEqual(measureOfMetric(of, new Map()).count(facts), { numerator: 0, denominator: 0 })
})

test('a name that is none, or taken, and an answer that is no number are refused', () => {
  const invalid = { code: 'config_invalid' } as const
  assert.throws(() => defineMetric({ name: 'CSAT', ...about }), invalid)
  assert.throws(() => defineMetric({ name: 'task_success', ...about }), invalid)
  const broken = measureOfMetric(defineMetric({ name: 'csat', ...about, of: () => Number.NaN }), values)
  assert.throws(() => broken.count(facts), invalid)
})
