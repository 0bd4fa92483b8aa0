import assert from 'node:assert/strict'
import { test } from 'node:test'
import { happened } from '../runs/run-events-for-tests.ts'
import { driftLimits, driftsBetween } from './drift.ts'
import { factsFrom } from './facts-for-tests.ts'
import { type Measure, oneOf, type RunMeasure, type TimeMeasure } from './measure.ts'
import type { RunFacts } from './run-facts.ts'
import { Tally } from './tally.ts'

const plain = factsFrom([happened('run.started'), happened('run.ended')])
const ended = (change: Partial<RunFacts>): RunFacts => ({ ...plain, ...change })

const good: RunMeasure = {
  ...{ of: 'run', name: 'good', about: '', unit: 'share', better: 'higher' },
  count: ({ outcome }) => oneOf(true, outcome === 'verified'),
}
const slow: TimeMeasure = {
  ...{ of: 'time', name: 'slow', about: '', unit: 'ms', better: 'lower' },
  sample: ({ activeMs }) => activeMs,
}
/** Calls of one run go well or badly together, as they do. */
const clustered: RunMeasure = {
  ...{ of: 'run', name: 'clustered', about: '', unit: 'share', better: 'higher' },
  count: ({ outcome }) => ({ numerator: outcome === 'verified' ? 40 : 0, denominator: 40 }),
}

function tallyOf(measure: Measure, runs: readonly RunFacts[]): Tally {
  const tally = new Tally([measure])
  for (const run of runs) tally.add(run)
  return tally
}

const share = (of: number, verified: number): RunFacts[] =>
  Array.from({ length: of }, (_, n) => ended({ outcome: n < verified ? 'verified' : 'failed' }))

function drift(measure: Measure, before: readonly RunFacts[], now: readonly RunFacts[]) {
  const [found] = driftsBetween(tallyOf(measure, before), tallyOf(measure, now), [measure])
  return found ?? assert.fail('no drift')
}

test('a share that fell by far is worse, one that fell by chance is steady', () => {
  assert.equal(drift(good, share(200, 190), share(200, 150)).verdict, 'worse')
  assert.equal(drift(good, share(200, 150), share(200, 190)).verdict, 'better')
  assert.equal(drift(good, share(200, 190), share(200, 184)).verdict, 'steady')
  assert.equal(drift(good, share(50, 50), share(50, 50)).verdict, 'steady')
  assert.equal(drift(good, share(50, 50), share(50, 0)).verdict, 'worse')
})

test('the score of a share is that of the textbook, but for n over n less one', () => {
  const pooled = 340 / 400
  const textbook = (150 / 200 - 190 / 200) / Math.sqrt(pooled * (1 - pooled) * (2 / 200))
  const { z = 0 } = drift(good, share(200, 190), share(200, 150))
  assert.ok(Math.abs(z - textbook) < 0.03, `${z} and ${textbook}`)
})

test('with too few runs nothing is said, whatever the figures', () => {
  const few = drift(good, share(driftLimits.runs - 1, 19), share(200, 0))
  assert.deepEqual([few.verdict, few.z], ['too_few_runs', undefined])
  assert.equal(drift(slow, [], []).verdict, 'too_few_runs')
})

test('forty calls of one run are no forty witnesses: what moves as calls may be noise as runs', () => {
  // Twenty-five runs each: as a thousand independent calls, 88 against 72 of a hundred would be far away.
  const moved = drift(clustered, share(25, 22), share(25, 18))
  assert.equal(moved.verdict, 'steady')
  const alone = drift(good, share(1_000, 880), share(1_000, 720))
  assert.equal(alone.verdict, 'worse')
})

test('times are compared by rank, so one run of three days moves nothing', () => {
  const times = (...all: number[]) => all.map((activeMs) => ended({ activeMs }))
  const usual = times(...Array.from({ length: 40 }, (_, n) => 1_000 + n))
  const threeDays = times(...Array.from({ length: 39 }, (_, n) => 1_000 + n), 3 * 86_400_000)
  assert.equal(drift(slow, usual, threeDays).verdict, 'steady')
  const later = times(...Array.from({ length: 40 }, (_, n) => 1_030 + n))
  assert.equal(drift(slow, usual, later).verdict, 'worse')
  assert.equal(drift(slow, later, usual).verdict, 'better')
  assert.equal(drift(slow, times(...Array(40).fill(5)), times(...Array(40).fill(5))).verdict, 'steady')
})

test('where many runs took the same time, ranks tell no more than shares would', () => {
  const ofTwo = (fast: number) => Array.from({ length: 40 }, (_, n) => ended({ activeMs: n < fast ? 1 : 2 }))
  const { z = 0, verdict } = drift(slow, ofTwo(36), ofTwo(22))
  const textbook = 14 / 40 / Math.sqrt((58 / 80) * (22 / 80) * (2 / 40))
  assert.ok(Math.abs(z - textbook) < 0.05, `${z} and ${textbook}`)
  assert.equal(verdict, 'worse')
})

test('an agent that did not change is called so, but for about one comparison in a thousand', () => {
  const chance = seededChance(7)
  let alarms = 0
  const week = () => Array.from({ length: 60 }, () => ended({ outcome: chance() < 0.9 ? 'verified' : 'failed' }))
  for (let tries = 0; tries < 2_000; tries++) if (drift(good, week(), week()).verdict !== 'steady') alarms++
  assert.ok(alarms <= 8, `${alarms} of 2000`)
})

/** The same numbers on every machine, from 0 up to, but not including, 1. */
function seededChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
