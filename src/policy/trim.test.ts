import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { createEvaluator } from './evaluate.ts'
import type { PolicySet } from './policy-set.ts'
import type { PolicyRequest } from './request.ts'
import { permitAll, policySet, refundArgs, refundRequest } from './sample-policies.test.ts'
import { trimRequest } from './trim.ts'

const trimmedContext = (...texts: string[]) => trimRequest(policySet(...texts), refundRequest()).context
const forbid = (condition: string) => `forbid (principal, action, resource) when { ${condition} };`

test('P8 a request holds nothing that no policy reads', () => {
  assert.deepEqual(trimRequest(policySet(permitAll), refundRequest()), {
    agent: 'billing',
    tool: 'refund',
    context: {},
  })
})

test('P8 a request holds each path that is read, and nothing beside it', () => {
  assert.deepEqual(trimmedContext(forbid('context.args.amount.minor > 10 && context["stage"] == "auto"')), {
    args: { amount: { minor: 3000 } },
    stage: 'gated',
  })
})

test('P8 what is only asked for with `has` is kept as present or absent, without what stands in it', () => {
  const asked = policySet(forbid('context.args has address'), forbid('context.args has note'))
  const address = { city: 'Graz' }
  const present = trimRequest(asked, refundRequest({ args: { ...refundArgs, address } }))
  assert.deepEqual(present.context, { args: { address: {} } })
  assert.deepEqual(trimRequest(asked, refundRequest()).context, { args: {} })
})

test('P8 all below a record that is used whole is kept', () => {
  const same = forbid('context.args.amount == context.facts.paid')
  assert.deepEqual(trimmedContext(same), {
    args: { amount: { minor: 3000, currency: 'usd' } },
    facts: { paid: { minor: 5000, currency: 'usd' } },
  })
})

test('P8 what a record is chosen from is kept whole', () => {
  const chosen = forbid('(if context.citations > 0 then context.args.amount else context.facts.paid).minor > 10')
  assert.deepEqual(Object.keys(trimmedContext(chosen)), ['args', 'facts', 'citations'])
})

test('P8 the subject is kept only where a policy looks at it', () => {
  const seen = [
    forbid('resource.kind == "invoice"'),
    'forbid (principal, action, resource == Subject::"invoice/ps_1");',
  ]
  for (const text of seen) {
    assert.deepEqual(trimRequest(policySet(text), refundRequest()).subject, { kind: 'invoice', id: 'ps_1' })
    assert.equal(createEvaluator().evaluate(policySet(permitAll, text), refundRequest()).permit, false)
  }
  assert.equal(trimRequest(policySet(forbid('context.granted')), refundRequest()).subject, undefined)
})

test('a group that nobody of has signed counts 0, and a sum that is missing counts as unknown', () => {
  const signed = 'forbid (principal, action, resource) unless { context.approvals.legal >= 1 };'
  assert.deepEqual(trimmedContext(signed), { approvals: { legal: 0 } })
  const limited = policySet(forbid('context.limits.amount_usd > 3'))
  assert.throws(() => trimRequest(limited, refundRequest({ limits: {} })), /`context\.limits\.amount_usd` is missing/)
})

/** The whole context and subject, handed to Cedar as they are. */
function judgeUntrimmed(set: PolicySet, { agent, tool, subject, context }: PolicyRequest) {
  const uid = { type: 'Subject', id: `${subject?.kind}/${subject?.id}` }
  const answer = isAuthorized({
    principal: { type: 'Agent', id: agent },
    action: { type: 'Action', id: tool },
    resource: uid,
    context: JSON.parse(JSON.stringify(context)),
    entities: [{ uid, attrs: { ...subject }, parents: [] }],
    policies: { staticPolicies: Object.fromEntries(set.policies.map(({ id, text }) => [id, text])) },
  })
  assert.ok(answer.type === 'success')
  const { decision, diagnostics } = answer.response
  const failed = diagnostics.errors.length > 0
  return { permit: decision === 'allow' && !failed, reasons: failed ? [] : diagnostics.reason.toSorted(), failed }
}

const number = fc.constantFrom(
  'context.args.amount.minor',
  'context["facts"].paid.minor',
  'context.citations',
  'context.limits.amount_usd',
  '(if context.dryRun then context.args.amount else context.facts.paid).minor',
  '{a: context.args.amount}.a.minor',
  '9223372036854775807',
  '2500',
)
const truth = fc.oneof(
  fc.tuple(number, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number).map((parts) => parts.join(' ')),
  fc.tuple(number, number).map(([a, b]) => `${a} + ${b} > 4000`),
  fc.constantFrom(
    'context.args has note',
    'context.args.note == "x"',
    'context.args has note && context.args.note like "*x*"',
    'context has args.address.city && context.args.address.city == "Graz"',
    'context.args.amount == context.facts.paid',
    '[context.args.amount].contains(context.facts.paid)',
    'context.args.tags.contains("late")',
    '["late", "lost"].containsAll(context.args.tags)',
    'context.fields.isEmpty()',
    'resource.id == "ps_1"',
    'resource in Subject::"invoice/ps_1"',
    'principal == Agent::"billing"',
    'action == Action::"refund"',
    'context.granted',
    'context.requester == ""',
    '"x" == context.stage',
  ),
)
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    truth,
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([a, by, b]) => `(${a}) ${by} (${b})`),
    tie('condition').map((a) => `!(${a})`),
    fc.tuple(truth, tie('condition'), tie('condition')).map(([a, b, c]) => `if ${a} then ${b} else ${c}`),
  ),
}))
const policy = fc
  .tuple(fc.constantFrom('permit', 'forbid'), fc.constantFrom('when', 'unless'), condition)
  .map(([effect, kind, body]) => `${effect} (principal, action, resource) ${kind} { ${body} };`)

const usd = fc.record({ minor: fc.constantFrom(0, 2500, 3000, 5000), currency: fc.constant('usd') })
const request = fc
  .record({
    args: fc.record(
      {
        invoice: fc.constant('in_1'),
        amount: usd,
        tags: fc.subarray(['late', 'lost', 'old']),
        note: fc.constantFrom('x', 'axb', ''),
        address: fc.record({ city: fc.constantFrom('Graz', 'Wien') }),
      },
      { requiredKeys: ['invoice', 'amount', 'tags'] },
    ),
    facts: fc.record({ paid: usd }),
    granted: fc.boolean(),
    dryRun: fc.boolean(),
    stage: fc.constantFrom('x', 'gated'),
    citations: fc.nat(3),
    fields: fc.subarray(['invoice', 'amount']),
  })
  .map(refundRequest)

test('P8 trimmed and untrimmed, a request is answered the same', () => {
  const evaluator = createEvaluator()
  const met = { permit: 0, refused: 0, failed: 0 }
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 4 }), request, fc.boolean(), (texts, asked, open) => {
      const set = policySet(...texts, ...(open ? [permitAll] : []))
      const whole = judgeUntrimmed(set, asked)
      const { permit, reasons, errors } = evaluator.evaluate(set, asked)
      assert.deepEqual({ permit, reasons, failed: errors.length > 0 }, whole)
      assert.deepEqual(evaluator.evaluate(set, trimRequest(set, asked)), { permit, reasons, errors })
      met[whole.failed ? 'failed' : whole.permit ? 'permit' : 'refused']++
    }),
    { numRuns: 300 },
  )
  assert.ok(Math.min(met.permit, met.refused, met.failed) > 15, JSON.stringify(met))
})
