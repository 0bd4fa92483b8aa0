import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEvaluator } from './evaluate.ts'
import { decideWithout, explain, sayReasons } from './explain.ts'
import { permitAll, policySet, refundRequest } from './sample-policies.test.ts'
import { trimRequest } from './trim.ts'

const forbid = (condition: string) => `forbid (principal, action, resource) when { ${condition} };`
const big = forbid('context.args.amount.minor > 2500')
const unread = forbid('context.citations < 1')

function explained(texts: string[], request = refundRequest()) {
  const set = policySet(permitAll, ...texts)
  const { decision, policies } = explain(set, request, createEvaluator().evaluate(set, request))
  return { decision, policies: policies.map(({ id, holds, without }) => ({ id, holds, without })) }
}

test('the one rule that refuses is named as the one that would change the answer', () => {
  assert.deepEqual(explained([big, unread]), {
    decision: 'deny',
    policies: [
      { id: 'p1', holds: 'satisfied', without: undefined },
      { id: 'p2', holds: 'satisfied', without: 'taking `p2` out changes the decision from deny to allow' },
      { id: 'p3', holds: 'not_satisfied', without: undefined },
    ],
  })
})

test('of two rules that refuse, neither alone would change the answer', () => {
  const { policies } = explained([big, unread], refundRequest({ citations: 0 }))
  assert.deepEqual(policies.map(({ holds, without }) => [holds, without]).slice(1), [
    ['satisfied', undefined],
    ['satisfied', undefined],
  ])
})

test('an allowed action hangs on its permit', () => {
  const { decision, policies } = explained([unread])
  assert.equal(decision, 'allow')
  assert.equal(policies[0]?.without, 'taking `p1` out changes the decision from allow to deny')
})

test('P1 a rule that fails is shown as failed, and taking it out is tried like any other', () => {
  const { decision, policies } = explained([forbid('context.args.note == "x"')])
  assert.equal(decision, 'deny')
  assert.deepEqual(policies[1], {
    id: 'p2',
    holds: 'failed',
    without: 'taking `p2` out changes the decision from deny to allow',
  })
})

test('P8 a decision is explained from its trimmed request as it was from the whole one', () => {
  const set = policySet(permitAll, big, unread)
  const verdict = createEvaluator().evaluate(set, refundRequest())
  const trimmed = trimRequest(set, refundRequest())
  assert.deepEqual(explain(set, trimmed, verdict), explain(set, refundRequest(), verdict))
  assert.equal(decideWithout(set, 'p2', trimmed).permit, true)
})

test('reasons are said in the words of their rules', () => {
  assert.deepEqual(sayReasons(policySet(permitAll, big), ['p2', 'gone']), [big, 'gone'])
})
