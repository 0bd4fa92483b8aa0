import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOptions } from './options.ts'
import { type Found, reportOf } from './report.ts'

const minutes = Array.from({ length: 300 }, (_, index) => index / 10)

function found(change: Partial<Found> = {}, rise = 0): Found {
  const samples = minutes.map((minute) => ({ minute, rssMb: 200 + rise * minute, fds: 30, walMb: 4 }))
  return {
    soaked: { started: 6_000, statuses: { done: 5_990, handed_off: 10 }, lastFailure: undefined },
    trouble: { faults: 900, enginesKilled: 90, enginesEntered: 0 },
    samples,
    doubled: 0,
    commits: 12_000,
    rebuilt: { same: true, findsEdit: true },
    ...change,
  }
}

const whole = readOptions([])

test('half an hour in which nothing grew passes', () => {
  const { line, failures } = reportOf(whole, found())
  assert.deepEqual(failures, [])
  assert.deepEqual([line.minutes, line.runs, line.faults, line.rss_growth_mb], [30, 6_000, 900, 0])
})

test('a process that takes two megabytes more each minute is found, whatever it took in its first five', () => {
  const { line, failures } = reportOf(whole, found({}, 2))
  assert.equal(line.rss_growth_mb, 49.8)
  assert.deepEqual(failures, ['rss_growth_mb is 49.8, and may be 30'])
  const learning = found().samples.map((sample) =>
    sample.minute < 5 ? { ...sample, rssMb: 20 * sample.minute } : sample,
  )
  assert.deepEqual(reportOf(whole, found({ samples: learning })).failures, [])
})

test('files that are never closed, a log that is never cut, runs that are lost and writes that came twice are found', () => {
  const leaking = found().samples.map((sample) => ({ ...sample, fds: 30 + Math.floor(sample.minute), walMb: 65 }))
  const soaked = { ...found().soaked, started: 6_001 }
  const { failures } = reportOf(whole, found({ samples: leaking, soaked, doubled: 1 }))
  assert.equal(failures.length, 4, failures.join('; '))
})

test('a soak that was mostly refused is none', () => {
  const soaked = { started: 6_000, statuses: { done: 100, denied: 5_900 }, lastFailure: undefined }
  assert.deepEqual(reportOf(whole, found({ soaked })).failures, ['done_share is 0.02, and must be 0.8'])
})

test('too few runs and faults are found; a shorter soak needs fewer', () => {
  const little = found({
    soaked: { started: 400, statuses: { done: 400 }, lastFailure: undefined },
    trouble: { faults: 40, enginesKilled: 3, enginesEntered: 0 },
  })
  assert.equal(reportOf(whole, little).failures.length, 2)
  assert.deepEqual(reportOf(readOptions(['--short']), little).failures, [])
})

test('an option that is not known, and minutes that are none, are refused', () => {
  assert.throws(() => readOptions(['--long']), { code: 'usage' })
  assert.throws(() => readOptions(['--minutes', '0']), { code: 'usage' })
})
