import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '../../src/canonical-json.ts'
import { patchedText } from '../patched-source.ts'
import { readShortOption } from '../short-option.ts'
import { patches } from './control.ts'
import { bytesOf } from './export-lines.ts'
import { reportOf } from './report.ts'
import { emptyTally, note } from './tally.ts'
import { isNamed, type Verdict } from './verdict.ts'

const small = bytesOf([canonicalJson({ header: {} })])
const problem = (line: number, seq?: number) => {
  return { line, what: 'wrong', hint: '', stream: 'run/a', ...(seq !== undefined && { seq }) }
}
const found = (...problems: Verdict['problems']): Verdict => ({ ok: false, problems })

test('the first event that is named counts, and of a line that is no event its line', () => {
  const event = [{ stream: 'run/a', seq: 2 }]
  assert.ok(isNamed(found(problem(4), problem(5, 2)), event))
  assert.ok(!isNamed(found(problem(4, 1), problem(5, 2)), event))
  assert.ok(!isNamed(found(problem(4)), event))
  assert.ok(isNamed(found(problem(4, 1), problem(5, 2)), [{ line: 5 }]))
})

function outcome(edits: number, verdict: Verdict = found(problem(1, 1))) {
  const tally = emptyTally()
  const names = [{ stream: 'run/a', seq: 1 }]
  for (const kind of ['byte', 'delete', 'swap', 'insert', 'truncate', 'rechained'] as const)
    for (let n = 0; n < edits; n++) note(tally, { kind, what: 'an edit', bytes: small, names }, verdict)
  const rebuilt = { same: true, findsEdit: true }
  const controlMissed = { event_hash: 1, vouched_head: 1 }
  const exported = { small, large: small, clean: Array(100).fill(small) }
  return { tally, exported, refused: [], sample: { tried: 1, different: [] }, controlMissed, rebuilt, seconds: 1 }
}

test('a bench that found and named everything passes', () => {
  const { line, failures } = reportOf(outcome(1_000), { short: false })
  assert.deepEqual(failures, [])
  assert.deepEqual(line.by_kind, {
    byte: { edits: 1_000, found: 1_000, named: 1_000 },
    delete: { edits: 1_000, found: 1_000, named: 1_000 },
    swap: { edits: 1_000, found: 1_000, named: 1_000 },
    insert: { edits: 1_000, found: 1_000, named: 1_000 },
    truncate: { edits: 1_000, found: 1_000, named: 1_000 },
  })
})

test('an edit that was not found, or found at another event, fails in a short run too', () => {
  const short = { short: true }
  assert.equal(reportOf(outcome(1, { ok: true, problems: [] }), short).failures.length, 6)
  assert.equal(reportOf(outcome(1, found(problem(1, 2))), short).failures.length, 6)
  assert.equal(reportOf({ ...outcome(1), refused: ['a clean export was refused'] }, short).failures.length, 1)
  const nothing = { event_hash: 0, vouched_head: 1 }
  assert.equal(reportOf({ ...outcome(1), controlMissed: nothing }, short).failures.length, 1)
  assert.equal(reportOf({ ...outcome(1), sample: { tried: 1, different: ['it'] } }, short).failures.length, 1)
})

test('a count that was not reached fails, but for a short run', () => {
  assert.equal(reportOf(outcome(39), { short: false }).failures.length, 5)
  assert.equal(reportOf(outcome(39), { short: true }).failures.length, 0)
  const few = { ...outcome(1_000), exported: { small, large: small, clean: [] } }
  assert.equal(reportOf(few, { short: false }).failures.length, 1)
})

test('the checks that the controls switch off still stand where they are looked for', () => {
  for (const patch of Object.values(patches)) assert.ok(patchedText(patch).includes(patch.replace))
})

test('an option that the bench does not know is bad input', () => {
  assert.throws(() => readShortOption(['--shrot']), { code: 'usage' })
})
