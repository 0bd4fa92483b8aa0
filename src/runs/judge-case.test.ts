import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { compileCharter } from '../charter/compile.ts'
import { loadCharter } from '../charter/load.ts'
import { readCases } from '../charter/read-cases.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { defineTool } from '../tools/define-tool.ts'
import { money } from '../tools/money.ts'
import { differences, judgeCase } from './judge-case.ts'

const refund = defineTool({
  name: 'refund',
  description: 'Refunds an invoice.',
  kind: 'write',
  risk: 'high',
  inputSchema: z.strictObject({ invoice: z.string(), customer: z.string(), amount: money('usd') }),
  outputSchema: z.object({}),
  subjects: ({ invoice, customer }) => ({ invoice, customer }),
  atMostOnce: true,
  execute: () => assert.fail('a case calls nothing'),
})

const page = `charter: 1
agent: { name: billing, stage: gated }
tools:
  refund:
    allowed: true
    subject: invoice
    max_amount_usd: 500
    require_approval_over_usd: 400
    approval: [ { from: finance, count: 2 } ]
    require_citation: true
    require_intent: true
    once: { per: invoice, within: 30d }
    limits: { amount_usd: { per: customer, within: 24h, max: 100 } }
    rate: 10/min
`
const compiled = compileCharter(loadCharter({ file: 'a.yaml', text: page, readFile: () => undefined }).page, [refund])
const evaluator = createEvaluator()

const intent = '{ doing: refunding, allowed_by: the policy, evidence: [ { kind: document, id: doc_1 } ] }'
const action = `
    tool: refund
    arguments: { invoice: in_1, customer: c_1, amount: 40.00, intent: ${intent} }`
const read = '\n    read: [ { kind: document, id: doc_1 } ]'

function judged(keys: string) {
  const [only] = readCases('a.cases.yaml', `cases:\n  - name: a\n    expect: allow${action}${keys}\n`)
  return judgeCase(evaluator, compiled, only?.said ?? assert.fail('no case was read'))
}

const codes: Readonly<Record<string, readonly [keys: string, code: string | undefined]>> = {
  'what was read may be cited': [read, undefined],
  'evidence that was not read is none': ['', 'evidence_unread'],
  'a limit counts what has moved, up to the cent': [`${read}\n    moved: { amount_usd: 60.00 }`, undefined],
  'a limit is exceeded by a cent': [`${read}\n    moved: { amount_usd: 60.01 }`, 'limit_exceeded'],
  'a rate counts calls': [`${read}\n    moved: { rate: 10 }`, 'rate_limited'],
  'an effect that has happened is not repeated': [`${read}\n    done_before: true`, 'business_key_taken'],
  'a grant for another invoice does not cover it': [
    `${read}\n    grant: { subjects: { invoice: in_2 } }`,
    'grant_invalid',
  ],
  'a grant for another tool does not cover it': [`${read}\n    grant: { tools: [pay] }`, 'grant_invalid'],
}

for (const [what, [keys, code]] of Object.entries(codes)) {
  test(`in a case ${what}`, async () => {
    assert.equal((await judged(keys)).code, code)
  })
}

test('an expectation that says more is held to more', async () => {
  const found = await judged(`${read}\n    stage: draft`)
  assert.deepEqual(differences({ decision: 'ask' }, found), [])
  assert.deepEqual(differences({ decision: 'ask', rule: 'refund.draft', asks: { finance: 2 } }, found), [])
  assert.deepEqual(differences({ decision: 'allow' }, found), ['it is ask, not allow'])
  assert.deepEqual(differences({ decision: 'ask', rule: 'refund.once', asks: { finance: 1 } }, found), [
    '`refund.once` does not decide',
    'it asks 2 of finance, not 1 of finance',
  ])
})

test('with the signatures that are asked for the action is allowed', async () => {
  const allowed = await judged(`${read}\n    stage: draft\n    signatures: { finance: 2 }`)
  assert.equal(allowed.decision, 'allow')
})
