import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patchedText } from '../patched-source.ts'
import type { Mutation } from './mutation.ts'
import { mutations } from './mutations/mutations.ts'
import { type Outcome, reportOf } from './report.ts'

test('every mutation still has its place in the source, and only one, and stands in the list once', () => {
  for (const mutation of mutations) assert.notEqual(patchedText(mutation), '', mutation.find)
  const named = mutations.map(({ file, find, replace }) => `${file} ${find} ${replace}`)
  assert.equal(new Set(named).size, mutations.length)
  assert.ok(mutations.length >= 100, `${mutations.length} mutations`)
})

const mutation: Mutation = { file: 'a.ts', find: 'one', replace: 'two' }
const found = { run: 'run_1', stream: 'run/run_1', seq: 3, part: 'decision', isFirst: true }

const whole: Outcome = {
  corpus: {
    runs: 2_000,
    shapes: new Set(Array.from({ length: 200 }, (_, n) => `shape ${n}`)),
    identical: 2_000,
    unverifiable: 3,
    decisions: 5_000,
    evaluations: 6_000,
    different: [],
    from: new Map(),
    samples: [],
  },
  samples: 200,
  flips: { flipped: 100, found: 100, missed: [] },
  tried: Array.from({ length: 100 }, () => ({ mutation, found })),
  foundBeyond: 0,
  rebuilt: { same: true, findsEdit: true },
  short: false,
  seconds: 1,
}

test('nothing is wrong where everything was replayed and found', () => {
  const { line, failures } = reportOf(whole)
  assert.deepEqual(failures, [])
  assert.deepEqual([line.runs, line.shapes, line.mutations, line.found_at_first], [2_000, 200, 100, 100])
})

test('a run that comes out otherwise, and decisions that nobody made, fail it', () => {
  const corpus = { ...whole.corpus, different: ['run_1 of a.test.ts: event 3 at `decision`'], evaluations: 4_999 }
  assert.equal(reportOf({ ...whole, corpus }).failures.length, 2)
})

test('a mutation that nothing shows, one that is named too late, and one that is no equivalent each fail it', () => {
  const [first, ...others] = whole.tried
  const failuresOf = (change: object) =>
    reportOf({ ...whole, tried: [{ ...first, ...change } as never, ...others] }).failures
  assert.match(failuresOf({ found: undefined })[0] ?? '', /no run shows a\.ts: `one` made `two`/)
  assert.match(failuresOf({ found: { ...found, isFirst: false } })[0] ?? '', /event 3 of run_1 is not the first/)
  assert.match(failuresOf({ mutation: { ...mutation, equivalent: 'so' } })[0] ?? '', /run_1 shows it/)
  assert.deepEqual(failuresOf({ mutation: { ...mutation, equivalent: 'so' }, found: undefined }), [])
  assert.match(failuresOf({ found: undefined, broken: 'it hung' })[0] ?? '', /it hung/)
})

test('few runs or mutations are enough for a short run alone', () => {
  const few = { ...whole, corpus: { ...whole.corpus, runs: 10 }, tried: whole.tried.slice(0, 5) }
  assert.equal(reportOf(few).failures.length, 2)
  assert.deepEqual(reportOf({ ...few, short: true }).failures, [])
  const unmet = (count: number) => few.tried.map((one, index) => (index < count ? { ...one, found: undefined } : one))
  assert.deepEqual(reportOf({ ...few, tried: unmet(1), short: true }).failures, [])
  assert.equal(reportOf({ ...few, tried: unmet(2), short: true }).failures.length, 2)
})
