import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patchedText } from '../patched-source.ts'
import { patch } from './control.ts'
import type { Counted } from './count.ts'
import { readOptions } from './options.ts'
import { kinds } from './play.ts'
import { type Outcome, quantile, reportOf } from './report.ts'

const counted: Counted = {
  stops: 200,
  inFlight: [8],
  suppressed: 200,
  outsideScopeCommits: 200,
  signed: 1,
  dispatchedAfterCommitted: [],
  arrivedAfterQuiet: [],
  unacknowledged: 0,
  committedMs: [999],
  committedMsByCommandLine: [],
  quietPastDeadlineMs: [999],
  wireMs: [],
  engineKills: 1,
  resends: 1,
  arrivals: 1,
  events: 1,
}
const outcome: Outcome = { counted, rebuilt: { same: true, findsEdit: true }, controlViolations: 1, troubles: [] }
const failures = (more: Partial<Outcome>, short = false) => reportOf({ ...outcome, ...more }, { short }).failures.length

test('a bench that reached every count and broke no promise passes', () => {
  assert.equal(failures({}), 0)
})

test('each promise that is broken fails, in a short run too', () => {
  const broken: readonly Partial<Counted>[] = [
    { dispatchedAfterCommitted: ['k'] },
    { arrivedAfterQuiet: ['k'] },
    { unacknowledged: 1 },
    { committedMs: [1_000] },
    { quietPastDeadlineMs: [1_000] },
  ]
  for (const more of broken) assert.equal(failures({ counted: { ...counted, ...more } }, true), 1, JSON.stringify(more))
  const same = { same: true, findsEdit: true }
  assert.equal(failures({ controlViolations: 0 }, true), 1)
  assert.equal(failures({ rebuilt: { ...same, same: false } }, true), 1)
  assert.equal(failures({ rebuilt: { ...same, findsEdit: false } }, true), 1)
  assert.equal(failures({ troubles: ['it never said `quiet`'] }, true), 1)
})

test('a count that was not reached fails, but for a short run', () => {
  const few: readonly Partial<Counted>[] = [
    { stops: 199 },
    { inFlight: [7] },
    { suppressed: 199 },
    { outsideScopeCommits: 199 },
  ]
  for (const more of few) {
    assert.equal(failures({ counted: { ...counted, ...more } }), 1, JSON.stringify(more))
    assert.equal(failures({ counted: { ...counted, ...more } }, true), 0)
  }
})

test('a part of all is the smallest value that it does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)
  assert.deepEqual([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)], [50, 99, 100])
  assert.equal(quantile([], 0.5), 0)
})

test('the protection that the control switches off still stands where it is looked for', () => {
  assert.match(patchedText(patch), /stops: ground\.live\.stops/)
})

test('stops of every scope are pressed at every level', () => {
  assert.equal(new Set(kinds.map((kind) => JSON.stringify(kind))).size, 24)
})

test('options that make no sense are bad input', () => {
  assert.deepEqual(readOptions(['--db', 'sqlite', '--short']), { databases: ['sqlite'], short: true, stops: 10 })
  for (const args of [['--db', 'oracle'], ['--stops', '0'], ['--shrot']]) {
    assert.throws(() => readOptions(args), { code: 'usage' })
  }
})
