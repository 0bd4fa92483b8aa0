import assert from 'node:assert/strict'
import { test } from 'node:test'
import { happened } from '../runs/run-events-for-tests.ts'
import { noCosts } from './costs.ts'
import { factsFrom } from './facts-for-tests.ts'
import { costReport, type Figure, figureOf } from './figure.ts'
import { measures } from './measures.ts'
import { sloLines } from './slo.ts'
import { Tally } from './tally.ts'

const plain = factsFrom([happened('run.started'), happened('run.ended')])
const tallied = (...change: readonly Partial<typeof plain>[]): Tally => {
  const tally = new Tally(measures)
  for (const each of change) tally.add({ ...plain, ...each })
  return tally
}
const figuresOf = (tally: Tally): readonly Figure[] => measures.map((measure) => figureOf(tally, measure))
const named = (tally: Tally, name: string) => figuresOf(tally).find((figure) => figure.name === name)

test('percentiles are by nearest rank: a time that some run really took', () => {
  const times = Array.from({ length: 200 }, (_, n) => ({ activeMs: 200 - n }))
  assert.deepEqual(named(tallied(...times), 'active_time')?.percentiles, { p50: 100, p95: 190, p99: 198 })
  assert.deepEqual(named(tallied({ activeMs: 7 }), 'active_time')?.percentiles, { p50: 7, p95: 7, p99: 7 })
  assert.equal(named(tallied(), 'active_time')?.value, null)
})

test('a promise holds at its very bound, breaks beyond it, and nobody knows where nothing was measured', () => {
  const slo = { success: 0.5, policyViolations: 0, p95Ms: 100, costPerOutcomeMicroUsd: 10 }
  const holds = (tally: Tally) => sloLines(slo, figuresOf(tally)).map((line) => line.holds)
  const cost = { ...plain.cost, model: 10 }
  const good = { hasOutcome: true, outcome: 'verified', activeMs: 100, cost } as const
  const failed = { hasOutcome: true, outcome: 'failed', cost: { ...plain.cost, model: 0 } } as const
  assert.deepEqual(holds(tallied(good, failed)), [true, true, true, true])
  const worse = { ...failed, activeMs: 101, faults: ['denial_bypassed'], cost } as const
  assert.deepEqual(holds(tallied(good, failed, worse)), [false, false, false, false])
  assert.deepEqual(holds(tallied()), [null, null, null, null])
})

test('people without a rate are not measured, and people who did nothing cost nothing', () => {
  const people = (tally: Tally, costs = noCosts) =>
    costReport(tally, costs).lines.find(({ line }) => line === 'people')?.measured
  const worked = tallied({ cost: { ...plain.cost, peopleMs: 60_000 } })
  assert.equal(people(worked), false)
  assert.equal(people(worked, { ...noCosts, peoplePerHour: 1 }), true)
  assert.equal(people(tallied(plain)), true)
})
