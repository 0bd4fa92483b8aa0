import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ApprovalStep, Authority, Signatures } from './ask.ts'
import { judgeByBoth, judgeByPolicy, mergeAsks } from './ask.ts'
import { createEvaluator } from './evaluate.ts'
import { createPolicySet, readPolicy } from './policy-set.ts'
import { permitAll, policySet, refundContext, refundRequest } from './sample-policies.test.ts'

const step = (from: string, count = 1, expiresInMs = 1000): ApprovalStep => ({ from, count, expiresInMs })
const needs = (condition: string) => `forbid (principal, action, resource) unless { ${condition} };`

function judge(texts: string[], steps: ApprovalStep[], signatures: Signatures = {}) {
  return judgeByPolicy(createEvaluator(), policySet(permitAll, ...texts), refundRequest(), steps, signatures)
}

test('what needs no signature is allowed, and nobody is asked', () => {
  assert.deepEqual(judge([], [step('finance')]), { outcome: 'allow', reasons: ['p1'] })
})

test('the smallest set of steps that would be a permit is asked, and the rule is named', () => {
  const asked = judge([needs('context.approvals.legal >= 1')], [step('finance'), step('legal')])
  assert.deepEqual(asked, { outcome: 'ask', steps: [step('legal')], because: ['p2'] })
})

test('of two sets of one size the one that comes first on the page is asked', () => {
  const either = needs('context.approvals.legal >= 1 || context.approvals.finance >= 1')
  assert.deepEqual(judge([either], [step('finance'), step('legal')]), {
    outcome: 'ask',
    steps: [step('finance')],
    because: ['p2'],
  })
})

test('one step is asked rather than two that stand before it', () => {
  const either = needs(
    '(context.approvals.finance >= 1 && context.approvals.legal >= 1) || context.approvals["subject:customer"] >= 1',
  )
  const steps = [step('finance'), step('legal'), step('subject:customer')]
  assert.deepEqual(judge([either], steps), { outcome: 'ask', steps: [step('subject:customer')], because: ['p2'] })
})

test('steps of one group add up', () => {
  const steps = [step('finance'), step('legal'), step('finance')]
  assert.deepEqual(judge([needs('context.approvals.finance >= 2')], steps), {
    outcome: 'ask',
    steps: [step('finance'), step('finance')],
    because: ['p2'],
  })
})

test('a signature that is there counts, so only the rest is asked', () => {
  const both = needs('context.approvals.finance >= 1 && context.approvals.legal >= 1')
  const steps = [step('finance'), step('legal')]
  assert.deepEqual(judge([both], steps, { finance: 1 }), { outcome: 'ask', steps: [step('legal')], because: ['p2'] })
  assert.deepEqual(judge([both], steps, { finance: 1, legal: 1 }), { outcome: 'allow', reasons: ['p1'] })
})

test('a permit that waits for a signature is asked for by its own name', () => {
  const permit = 'permit (principal, action, resource) when { context.approvals.finance >= 1 };'
  const judged = judgeByPolicy(createEvaluator(), policySet(permit), refundRequest(), [step('finance')], {})
  assert.deepEqual(judged, { outcome: 'ask', steps: [step('finance')], because: ['p1'] })
})

test('what no signature can mend is denied at once, under the code of the first rule that refuses', () => {
  const policies = [
    { id: 'open', text: permitAll },
    { id: 'late', text: needs('context.once > 0'), code: 'business_key_taken' },
    { id: 'asks', text: needs('context.approvals.finance >= 1'), code: 'approval_required' },
    { id: 'big', text: needs('context.limits.amount_usd > 0'), code: 'limit_exceeded' },
  ] as const
  const set = createPolicySet(
    'refund',
    policies.map((policy) => readPolicy({ ...policy, says: '', from: '' })),
    refundContext,
  )
  assert.deepEqual(judgeByPolicy(createEvaluator(), set, refundRequest(), [step('finance')], {}), {
    outcome: 'deny',
    code: 'business_key_taken',
    reasons: ['big', 'late'],
    errors: [],
  })
})

test('where nothing permits, the default deny is a rule of the charter', () => {
  const set = policySet('permit (principal, action, resource) when { context.dryRun };')
  const judged = judgeByPolicy(createEvaluator(), set, refundRequest(), [step('finance')], {})
  assert.deepEqual(judged, { outcome: 'deny', code: 'denied_by_policy', reasons: [], errors: [] })
})

test('P1 a policy that fails is a denial of its own, never a question', () => {
  const overflow = needs('context.args.amount.minor + 9223372036854775807 > 0')
  const asks = needs('context.approvals.finance >= 1')
  const judged = judge([overflow, asks], [step('finance')])
  assert.ok(judged.outcome === 'deny')
  assert.equal(judged.code, 'policy_error')
  assert.match(judged.errors.join(), /overflow/)
})

test('P1 a failure that only the last signature reaches is a denial too', () => {
  const hidden = needs('context.approvals.finance >= 1 || context.args.note == "x"')
  const { outcome } = judge([hidden], [step('finance')])
  assert.equal(outcome, 'deny')
})

test('more than four steps are more than a page may ask', () => {
  const judged = judge(
    [needs('context.approvals.finance >= 5')],
    [1, 2, 3, 4, 5].map(() => step('finance')),
  )
  assert.ok(judged.outcome === 'deny')
  assert.equal(judged.code, 'policy_error')
})

const finance = needs('context.approvals.finance >= 1')
const twice = needs('context.approvals.finance >= 2')
const legal = needs('context.approvals.legal >= 1')
const never = needs('context.dryRun')

function authority(texts: string[], steps: ApprovalStep[]): Authority {
  return { set: policySet(permitAll, ...texts), request: refundRequest(), steps }
}
const both = (pinned: Authority, inForce: Authority, signatures: Signatures = {}) =>
  judgeByBoth(createEvaluator(), pinned, inForce, signatures)

test('P5 a narrowing of the page in force bites, and a widening is not felt', () => {
  assert.equal(both(authority([], []), authority([never], [])).outcome, 'deny')
  assert.equal(both(authority([never], []), authority([], [])).outcome, 'deny')
  assert.equal(both(authority([], []), authority([finance], [step('finance')])).outcome, 'ask')
  assert.equal(both(authority([finance], [step('finance')]), authority([], [])).outcome, 'ask')
  assert.deepEqual(both(authority([], []), authority([], [])), { outcome: 'allow', reasons: ['p1'] })
})

test('P5 where both pages ask, by group the larger count and the shorter time is asked', () => {
  const pinned = authority([finance, legal], [step('finance', 1, 50), step('legal')])
  const inForce = authority([twice], [step('finance', 1, 90), step('finance', 1, 70)])
  assert.deepEqual(both(pinned, inForce), {
    outcome: 'ask',
    steps: [step('finance', 2, 50), step('legal')],
    because: ['p2', 'p3'],
  })
})

const group = fc.constantFrom('finance', 'legal')
const steps = fc.array(fc.record({ from: group, count: fc.constantFrom(1, 2), expiresInMs: fc.nat(9) }), {
  maxLength: 4,
})
const rule = fc.oneof(
  fc
    .record({ group, count: fc.constantFrom(1, 2) })
    .map(({ group, count }) => needs(`context.approvals.${group} >= ${count}`)),
  fc.constantFrom(
    needs('context.args.amount.minor < 4000'),
    needs('context.citations > 2 || context.approvals.finance >= 1'),
    needs('context.args.note == "x" || context.approvals.legal >= 1'),
    needs('context.dryRun'),
  ),
)
const page = fc.record({ texts: fc.array(rule, { maxLength: 3 }), steps })
const signatures = fc.record({ finance: fc.nat(2), legal: fc.nat(2) })
const rank = { deny: 0, ask: 1, allow: 2 }

test('P5 two pages together never allow more than either alone, and what they ask satisfies both', () => {
  const met = { deny: 0, ask: 0, allow: 0 }
  fc.assert(
    fc.property(page, page, signatures, (before, now, signed) => {
      const [pinned, inForce] = [authority(before.texts, before.steps), authority(now.texts, now.steps)]
      const judged = both(pinned, inForce, signed)
      const alone = [pinned, inForce].map(({ set, request, steps: own }) =>
        judgeByPolicy(createEvaluator(), set, request, own, signed),
      )
      assert.equal(rank[judged.outcome], Math.min(...alone.map(({ outcome }) => rank[outcome])))
      met[judged.outcome]++
      if (judged.outcome !== 'ask') return
      const given = mergeAsks([...judged.steps], []).map(({ from, count }) => [from, count] as const)
      const after = {
        ...signed,
        ...Object.fromEntries(
          given.map(([from, count]) => [from, Math.max(count, signed[from === 'legal' ? 'legal' : 'finance'])]),
        ),
      }
      assert.equal(both(pinned, inForce, after).outcome, 'allow')
    }),
    { numRuns: 600 },
  )
  assert.ok(Math.min(met.deny, met.ask, met.allow) > 10, JSON.stringify(met))
})

test('P3 one more signature never turns an allowed action into a question or a denial', () => {
  fc.assert(
    fc.property(page, signatures, signatures, ({ texts, steps: own }, some, more) => {
      const added = { finance: some.finance + more.finance, legal: some.legal + more.legal }
      assert.ok(rank[judge(texts, own, added).outcome] >= rank[judge(texts, own, some).outcome])
    }),
    { numRuns: 300 },
  )
})
