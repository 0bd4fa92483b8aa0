import assert from 'node:assert/strict'
import { test } from 'node:test'
import { turnsOf } from './counter-model.ts'
import { expectedFigures } from './expected-figures.ts'
import type { Measured } from './measuring-process.ts'
import { readOptions } from './options.ts'
import { type Found, percentile95, reportOf } from './report.ts'

const options = readOptions(['--short', '--runs', '100'])

const found = (change: Partial<Measured> = {}, rest: Partial<Found> = {}): Found => ({
  measured: {
    runs: 100,
    open: [1, 2, 3],
    list: [1],
    verified: { events: 5_000, streams: 210, ms: 100, problems: 0 },
    replayed: { runs: 10, events: 500, decisions: 90, ms: 50, different: [] },
    reported: { runs: 100, ms: 1_000, figures: expectedFigures(100) },
    rssMb: 100,
    ...change,
  },
  written: 200,
  bytes: 8_000_000,
  rebuilt: { same: true, findsEdit: true },
  control: { quiet: true, verifyFinds: true, replayFinds: true },
  ...rest,
})

test('what must be zero and is not ends the bench, and so does a figure that the plan of the runs gainsays', () => {
  assert.deepEqual(reportOf(options, found()).failures, [])
  const spoilt: readonly Found[] = [
    found({ verified: { events: 5_000, streams: 210, ms: 100, problems: 1 } }),
    found({ replayed: { runs: 10, events: 500, decisions: 90, ms: 50, different: ['run_1: different'] } }),
    found({ reported: { runs: 100, ms: 1, figures: { ...expectedFigures(100), unsafe_attempts: [9, 915] } } }),
    found({ runs: 99 }),
    found({}, { written: 199 }),
    found({}, { rebuilt: { same: true, findsEdit: false } }),
    found({}, { control: { quiet: false, verifyFinds: true, replayFinds: true } }),
    found({}, { control: { quiet: true, verifyFinds: false, replayFinds: true } }),
    found({}, { control: { quiet: true, verifyFinds: true, replayFinds: false } }),
  ]
  for (const each of spoilt) assert.equal(reportOf(options, each).failures.length, 1)
})

test('the long form wants its million, and a missed aim is named without ending anything', () => {
  const { failures } = reportOf({ ...options, short: false }, found())
  assert.deepEqual(failures, ['5000 events are too few', '100 runs are too few'])
  const { line } = reportOf(options, found({ rssMb: 600 }))
  assert.deepEqual(line.aims_missed, ['rss_mb at most 512'])
})

test('of a hundred times the ninety-fifth is told', () => {
  assert.equal(percentile95(Array.from({ length: 100 }, (_, n) => 100 - n)), 95)
})

test('of twenty runs two ask, two want too much, one forgets an argument, and all write twice', () => {
  const { approval_rate: asked, unsafe_attempts: denied, unknown_effects: writes } = expectedFigures(20)
  assert.deepEqual([asked?.[0], denied?.[0], writes?.[1]], [2, 2, 40])
  assert.equal(turnsOf(3).length, turnsOf(4).length + 1)
})
