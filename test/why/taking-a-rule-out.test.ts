/** The rule that a decision names is the rule that made it: the same run under the page without it is decided otherwise. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../src/json.ts'
import { refund, refundHouse, say } from '../refund-house.ts'

const free = { require_approval_over_usd: 1000 }

/** What the page says of the refund tool, the key that will be taken out, and what is decided with and without it. */
const cases: readonly {
  key: string
  rules: Record<string, Json>
  rule: string
  amounts: string[]
  says: string
  without: string
}[] = [
  {
    key: 'max_amount_usd',
    rules: { ...free, max_amount_usd: 50 },
    rule: 'request_refund.max_amount_usd',
    amounts: ['60.00'],
    says: 'deny',
    without: 'allow',
  },
  {
    key: 'require_approval_over_usd',
    rules: { require_approval_over_usd: 50 },
    rule: 'request_refund.require_approval_over_usd',
    amounts: ['60.00'],
    says: 'ask',
    without: 'allow',
  },
  {
    key: 'require_citation',
    rules: { ...free, require_citation: true },
    rule: 'request_refund.require_citation',
    amounts: ['5.00'],
    says: 'deny',
    without: 'allow',
  },
  {
    key: 'require_intent',
    rules: { ...free, require_intent: true },
    rule: 'request_refund.require_intent',
    amounts: ['5.00'],
    says: 'deny',
    without: 'allow',
  },
  {
    key: 'within',
    rules: { ...free, within: { reason: ['lost in the post'] } },
    rule: 'request_refund.within.reason',
    amounts: ['5.00'],
    says: 'deny',
    without: 'allow',
  },
  {
    key: 'limits',
    rules: { ...free, limits: { amount_usd: { per: 'customer', within: '24h', max: 8 } } },
    rule: 'request_refund.limits.amount_usd',
    amounts: ['5.00', '6.00'],
    says: 'deny',
    without: 'allow',
  },
  {
    key: 'once',
    rules: { ...free, once: { per: 'invoice', within: '30d' } },
    rule: 'request_refund.once',
    amounts: ['5.00', '6.00'],
    says: 'deny',
    without: 'allow',
  },
  {
    key: 'rate',
    rules: { ...free, rate: '1/min' },
    rule: 'request_refund.rate',
    amounts: ['5.00', '6.00'],
    says: 'deny',
    without: 'allow',
  },
]

async function lastDecision(rules: Record<string, Json>, amounts: readonly string[]) {
  await using house = await refundHouse({ page: { tools: { request_refund: rules } } })
  const { run } = await house.play([...amounts.map((amount) => refund('in_1', amount)), say('Done.')])
  const judged = (await house.bodies(run, 'action.judged')).at(-1)
  return { decision: judged?.decision, rules: judged?.rules ?? [] }
}

for (const { key, rules, rule, amounts, says, without } of cases) {
  test(`a decision by \`${rule}\` names it, and is another once \`${key}\` is taken out of the page`, async () => {
    const decided = await lastDecision(rules, amounts)
    assert.equal(decided.decision, says)
    assert.ok(decided.rules.includes(rule), `${rule} is not among ${decided.rules.join(', ')}`)
    const left = await lastDecision({ ...rules, [key]: null }, amounts)
    assert.equal(left.decision, without)
  })
}
