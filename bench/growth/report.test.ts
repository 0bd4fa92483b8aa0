import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOptions } from './options.ts'
import { type OfDatabase, reportOf } from './report.ts'

const times = (slowest: number, samples = 500) => ({ 10: Array(samples).fill(2), 1000: Array(samples).fill(slowest) })

function found(change: { slowest?: number; samples?: number; written?: number; same?: boolean } = {}): OfDatabase {
  const { slowest = 2.5, samples = 500, written = 100, same = true } = change
  const steady = { sameRun: times(2.5), otherRuns: times(2), inWindow: times(1), nextTurn: times(200) }
  return {
    measured: { times: { ...steady, resumedRun: times(slowest, samples) }, asked: 100, written },
    rebuilt: { same, findsEdit: true },
  }
}

const whole = readOptions(['--db', 'sqlite'])

test('costs that stay within their bounds pass, and what a model is shown may grow', () => {
  const { line, failures } = reportOf(whole, { sqlite: found() })
  assert.deepEqual(failures, [])
  assert.deepEqual([line.same_run_ratio, line.in_window_ratio, line.next_turn_ratio], [1.25, 1, 100])
  assert.equal(line.samples_per_point, 500)
})

test('a cost that grew is named, with its database', () => {
  const { line, failures } = reportOf(whole, { sqlite: found(), postgres: found({ slowest: 5 }) })
  assert.deepEqual(failures, [
    'postgres: resumed_run_ratio is 2.5, and may be 1.5',
    'postgres: resumed_run_p95_ratio is 2.5, and may be 2',
  ])
  assert.equal(line.resumed_run_ratio, 2.5)
})

test('too few samples, a write too many and a list that differs are failures', () => {
  const { failures } = reportOf(whole, { sqlite: found({ samples: 499, written: 101, same: false }) })
  assert.equal(failures.length, 3)
})

test('the short form needs fewer samples, and says nothing of the edge', () => {
  const short = readOptions(['--short', '--db', 'sqlite'])
  const edgy = found({ samples: 50 })
  edgy.measured.times.resumedRun = { 10: times(2, 50)[10], 1000: [...Array(40).fill(2), ...Array(10).fill(9)] }
  assert.deepEqual(reportOf(short, { sqlite: edgy }).failures, [])
  assert.equal(reportOf(whole, { sqlite: edgy }).failures.length, 2)
})

test('an option that is not known, and a database that is none, are refused', () => {
  assert.throws(() => readOptions(['--fast']), { code: 'usage' })
  assert.throws(() => readOptions(['--db', 'mysql']), { code: 'usage' })
})
