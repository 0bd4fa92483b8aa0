import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { askedSignatures } from './approval-use.ts'
import { createEvaluator } from './evaluate.ts'
import type { PolicySet } from './policy-set.ts'
import { readPolicy } from './policy-set.ts'
import { permitAll, policySet, refundRequest } from './sample-policies.test.ts'

const scope = '(principal, action, resource)'

/** Why a policy is refused; an empty string when it is not. */
function refusal(text: string): string {
  try {
    readPolicy({ id: 'p', text, says: '', from: '' })
    return ''
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'policy_invalid', String(error))
    return error.message
  }
}

const signed = 'context.approvals.finance >= 1'

const allowed = [
  `permit ${scope} when { ${signed} };`,
  `forbid ${scope} unless { ${signed} };`,
  `forbid ${scope} unless { context.args.urgent && ${signed} };`,
  `forbid ${scope} unless { context.args.urgent || ${signed} };`,
  `forbid ${scope} unless { (context.args.urgent && ${signed}) || context.args.amount.minor < 3 };`,
  `forbid ${scope} when { context.stage == "draft" } unless { ${signed} };`,
  `forbid ${scope} unless { if context.args.urgent then ${signed} else context.approvals.legal >= 2 };`,
  `forbid ${scope} unless { context.args.urgent && (${signed} && context.approvals["subject:customer"] >= 1) };`,
  `permit ${scope} when { context has stage } when { ${signed} } when { context.approvals.legal >= 1 };`,
]

for (const text of allowed) test(`P3 may be written: ${text}`, () => assert.equal(refusal(text), ''))

const only = /may appear only as `context\.approvals\.GROUP >= NUMBER`/
const refused: [string, RegExp][] = [
  [`permit ${scope} unless { ${signed} };`, /may stand in the `when` of a permit only/],
  [`forbid ${scope} when { ${signed} };`, /may stand in the `unless` of a forbid only/],
  [`permit ${scope} when { !(${signed}) };`, only],
  [`permit ${scope} when { context.approvals.finance > 0 };`, only],
  [`permit ${scope} when { context.approvals.finance <= 3 };`, only],
  [`permit ${scope} when { context.approvals.finance == 1 };`, only],
  [`permit ${scope} when { 1 <= context.approvals.finance };`, only],
  [`permit ${scope} when { context.approvals.finance >= 0 };`, only],
  [`permit ${scope} when { context.approvals.finance >= context.citations };`, only],
  [`permit ${scope} when { context.approvals.finance + 1 >= 2 };`, only],
  [`permit ${scope} when { context.args.amount.minor >= context.approvals.finance };`, only],
  [`permit ${scope} when { (${signed}) == true };`, only],
  [`permit ${scope} when { (${signed}) != (context.stage == "auto") };`, only],
  [`permit ${scope} when { [${signed}].contains(true) };`, only],
  [`permit ${scope} when { [context.approvals.finance].contains(1) };`, only],
  [`permit ${scope} when { {a: ${signed}}.a };`, only],
  [`permit ${scope} when { {a: context.approvals}.a.finance >= 1 };`, only],
  [`permit ${scope} when { context.approvals == {finance: 1} };`, only],
  [`permit ${scope} when { context == context };`, only],
  [`permit ${scope} when { {c: context}.c.approvals.finance >= 1 };`, only],
  [`permit ${scope} when { (if true then context else context).approvals.finance >= 1 };`, only],
  [`permit ${scope} when { context.approvals has finance };`, /`has` may not ask/],
  [`permit ${scope} when { context has approvals };`, /`has` may not ask/],
  [`permit ${scope} when { context has approvals.finance && ${signed} };`, /`has` may not ask/],
  [`permit ${scope} when { if ${signed} then true else false };`, /may not stand in an `if` condition/],
  [`permit ${scope} when { if context.args.urgent then !(${signed}) else true };`, only],
  [`permit ${scope} when { ${signed} && context.args.urgent };`, /must come last in its `&&` chain/],
  [`permit ${scope} when { ${signed} && (context.args.urgent && ${signed}) };`, /must come last/],
  [`permit ${scope} when { (${signed} || context.args.urgent) && context.args.note == "x" };`, /must come last/],
  [`permit ${scope} when { ${signed} } when { context.args.urgent };`, /must be the last one of its policy/],
  [`permit ${scope} when { ${signed} } unless { context.args.urgent };`, /must be the last one of its policy/],
]

for (const [text, why] of refused) test(`P3 is refused: ${text}`, () => assert.match(refusal(text), why))

test('P3 the signatures that a policy asks for are found wherever they stand', () => {
  const text = `forbid ${scope} unless { context.args.urgent || (${signed} && context.approvals["subject:customer"] >= 2) };`
  assert.deepEqual(askedSignatures(readPolicy({ id: 'p', text, says: '', from: '' }).conditions), [
    { group: 'finance', count: 1 },
    { group: 'subject:customer', count: 2 },
  ])
})

// Of the free conditions the second overflows and the third lacks its attribute: they err when they are reached.
const free = fc.constantFrom(
  'context.args.urgent',
  'context.args.amount.minor + 9223372036854775807 > 0',
  'context.args.note == "x"',
  'context.args.amount.minor < 100',
  'context.stage == "gated"',
  'true',
  'false',
)
const asking = fc
  .record({ group: fc.constantFrom('finance', 'legal'), count: fc.constantFrom(1, 2) })
  .map(({ group, count }) => `context.approvals.${group} >= ${count}`)

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    free,
    asking,
    asking,
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) && (${b})`),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a}) || (${b})`),
    tie('condition').map((a) => `!(${a})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `if ${a} then ${b} else ${c}`),
    fc.tuple(tie('condition'), free).map(([a, b]) => `(${a}) == (${b})`),
  ),
}))
const clause = fc.tuple(fc.constantFrom('when', 'unless'), condition).map(([kind, body]) => `${kind} { ${body} }`)
const policy = fc
  .record({ effect: fc.constantFrom('permit', 'forbid'), clauses: fc.array(clause, { maxLength: 2 }) })
  .map(({ effect, clauses }) => `${effect} ${scope} ${clauses.join(' ')};`)
const acceptedPolicy = policy.filter((text) => text.includes('approvals') && refusal(text) === '')

const counts = [0, 1, 2]
const signatures = counts.flatMap((finance) => counts.map((legal) => ({ finance, legal })))

/** What each number of signatures is answered, by `finance, legal`. */
function answers(set: PolicySet, context: Parameters<typeof refundRequest>[0]) {
  const evaluator = createEvaluator()
  return signatures.map((approvals) => {
    const { permit, errors } = evaluator.evaluate(set, refundRequest({ ...context, approvals }))
    return { ...approvals, permit, failed: errors.length > 0 }
  })
}

test('P3 whatever policies pass the check, more signatures never allow less', () => {
  let allowedByMore = 0
  let failedSomewhere = 0
  const contexts = fc.constantFrom(
    {},
    { args: { invoice: 'i', amount: { minor: 0, currency: 'usd' }, tags: [], urgent: true } },
  )
  fc.assert(
    fc.property(
      fc.array(acceptedPolicy, { minLength: 1, maxLength: 3 }),
      contexts,
      fc.boolean(),
      (texts, context, open) => {
        const all = answers(policySet(...texts, ...(open ? [permitAll] : [])), context)
        for (const fewer of all.filter(({ permit }) => permit)) {
          const more = all.filter(({ finance, legal }) => finance >= fewer.finance && legal >= fewer.legal)
          assert.ok(more.every(({ permit }) => permit))
        }
        if (all.some(({ permit }) => permit) && all.some(({ permit }) => !permit)) allowedByMore++
        if (all.some(({ failed }) => failed)) failedSomewhere++
      },
    ),
    { numRuns: 300 },
  )
  // The property says nothing unless signatures mattered, and errors were met.
  assert.ok(allowedByMore > 20, `signatures decided in ${allowedByMore} cases`)
  assert.ok(failedSomewhere > 20, `a condition failed in ${failedSomewhere} cases`)
})
