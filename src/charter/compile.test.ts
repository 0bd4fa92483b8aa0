import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CharterError } from '../errors.ts'
import { explain } from '../policy/explain.ts'
import type { CompiledCharter } from './compile.ts'
import { describeCompiled, tryCompile } from './compile.ts'
import type { PageParts } from './compile-sample.test.ts'
import {
  ask25,
  compile,
  evaluator,
  finance,
  judge,
  of,
  pageOf,
  requestOf,
  requestRefund,
  tools,
} from './compile-sample.test.ts'

test('every policy has an id under its tool, a sentence, a key of the page and a place', () => {
  const compiled = compile(`request_refund: { allowed: true, max_amount_usd: 50, ${ask25} }`)
  const max = compiled.policiesOf(requestRefund).policies.find(({ id }) => id === 'request_refund.max_amount_usd')
  assert.equal(max?.says, 'request_refund moves at most 50.00 USD')
  assert.equal(max?.from, 'tools.request_refund.max_amount_usd')
  assert.deepEqual(max?.place, { file: 'billing.charter.yaml', line: 5, column: 36 })
  assert.match(
    max?.text ?? '',
    /^@id\("request_refund\.max_amount_usd"\)\n@says\("request_refund moves at most 50\.00 USD"\)/,
  )
  const described = describeCompiled(compiled)
  assert.deepEqual(
    described.policies.map(({ id }) => id),
    compiled.policiesOf(requestRefund).policies.map(({ id }) => id),
  )
  assert.match(described.schema, /action "request_refund"/)
})

test('one page has one hash, and a page that decides otherwise has another', () => {
  const lines = (max: number) => `request_refund: { allowed: true, max_amount_usd: ${max}, ${ask25} }`
  assert.equal(compile(lines(50)).hash, compile(lines(50)).hash)
  assert.notEqual(compile(lines(50)).hash, compile(lines(51)).hash)
  assert.match(compile(lines(50)).hash, /^sha256:[0-9a-f]{64}$/)
})

test('an explanation names the key of the page that refuses, and what the answer would be without it', () => {
  const compiled = compile(`request_refund: { allowed: true, max_amount_usd: 50, ${ask25} }`)
  const set = compiled.policiesOf(requestRefund)
  const request = requestOf('request_refund', { ...of(6000), approvals: { finance: 1 } })
  const { policies } = explain(set, request, evaluator.evaluate(set, request))
  const satisfied = policies.filter(({ effect, holds }) => effect === 'forbid' && holds === 'satisfied')
  assert.deepEqual(
    satisfied.map(({ from, without }) => [from, without]),
    [
      [
        'tools.request_refund.max_amount_usd',
        'taking `request_refund.max_amount_usd` out changes the decision from deny to allow',
      ],
    ],
  )
})

/** All errors of a page that cannot be compiled: `line:column message`. */
function errorsOf(toolLines: string, parts?: PageParts): string[] {
  const { compiled, problems } = tryCompile(pageOf(toolLines, parts), tools)
  assert.equal(compiled, undefined)
  return problems
    .filter(({ level }) => level === 'error')
    .map(({ place, message, hint }) => `${place?.line}:${place?.column} ${message}${hint ? `, ${hint}` : ''}`)
}

test('a key that the tool gives nothing to hold on to is refused at its place', () => {
  assert.deepEqual(errorsOf('get_invoice: { allowed: true, max_amount_usd: 5 }'), [
    '5:33 `get_invoice` has no money argument that `max_amount_usd` could bound',
  ])
  assert.deepEqual(errorsOf('request_refund: { allowed: true, max_amount_eur: 5 }'), [
    '5:36 `request_refund` takes usd, and `max_amount_eur` is in eur',
  ])
  assert.deepEqual(errorsOf('update_record: { allowed: true, within: { tierr: [1], share: [1], email: [1] } }'), [
    '5:45 `update_record` has no argument `tierr`, did you mean `tier`?',
  ])
  assert.match(
    errorsOf('update_record: { allowed: true, within: { share: [1] } }').join(),
    /it is a number with fractions/,
  )
  assert.match(errorsOf('update_record: { allowed: true, within: { email: [1] } }').join(), /\(text\)/)
  assert.match(errorsOf('update_record: { allowed: true, subject: customer }').join(), /names no subjects/)
})

test('everything that is wrong is said at once', () => {
  const error = assert.throws(
    () => compile('get_invoice: { allowed: true, max_amount_usd: 5 }\n  update_record: { allowed: true, subject: x }'),
    (thrown: unknown) => {
      assert.ok(thrown instanceof CharterError)
      assert.equal(thrown.code, 'charter_invalid')
      assert.ok(Array.isArray(thrown.details.problems) && thrown.details.problems.length === 2)
      return true
    },
  )
  assert.equal(error, undefined)
})

test('a tool that the page names and nobody defines is worth a warning with the nearest name', () => {
  const { problems } = compile('get_invoise: { allowed: true }')
  assert.deepEqual(
    problems.map(({ level, message, hint }) => [level, message, hint]),
    [['warning', 'no tool `get_invoise` is defined, so nothing can call it', 'did you mean `get_invoice`?']],
  )
})

const amountOf = fc.constantFrom(-100, 0, 1, 2499, 2500, 2501, 4999, 5000, 5001)
const limitOf = fc.constantFrom(0, 1, 25, 49.99, 50, 100)
const rank = { deny: 0, ask: 1, allow: 2 }

test('a page whose limit is lowered never allows more, and one with a lower stage neither', () => {
  const stages = ['observe', 'draft', 'gated', 'auto']
  const bounds = fc.record({ max: limitOf, over: limitOf, sum: limitOf })
  const pages = new Map<string, CompiledCharter>()
  const page = ({ max, over, sum }: { max: number; over: number; sum: number }) => {
    const rules = `max_amount_usd: ${max}, require_approval_over_usd: ${over}, ${finance}`
    const limits = `limits: { amount_usd: { per: customer, within: 1d, max: ${sum} } }`
    const line = `request_refund: { allowed: true, ${rules}, ${limits} }`
    const compiled = pages.get(line) ?? compile(line)
    pages.set(line, compiled)
    return compiled
  }
  let lowered = 0
  const lower = fc.record({ max: fc.boolean(), over: fc.boolean(), sum: fc.boolean(), stage: fc.boolean() })
  fc.assert(
    fc.property(
      bounds,
      bounds,
      lower,
      amountOf,
      amountOf,
      fc.nat(3),
      fc.nat(1),
      (before, other, which, minor, spent, stage, signed) => {
        const bound = (name: 'max' | 'over' | 'sum') =>
          which[name] ? Math.min(before[name], other[name]) : before[name]
        const after = { max: bound('max'), over: bound('over'), sum: bound('sum') }
        const at = (index: number) =>
          requestOf('request_refund', {
            ...of(minor),
            limits: { amount_usd: Math.max(0, spent) },
            stage: stages[index] ?? '',
          })
        const wide = judge(page(before), at(stage), { finance: signed })
        const narrow = judge(page(after), at(which.stage ? Math.max(0, stage - 1) : stage), { finance: signed })
        assert.ok(rank[narrow.outcome] <= rank[wide.outcome])
        if (rank[narrow.outcome] < rank[wide.outcome]) lowered++
      },
    ),
    { numRuns: 300 },
  )
  assert.ok(lowered > 3, `a lower bound was felt ${lowered} times`)
})
