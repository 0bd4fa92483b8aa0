/** A refund tool as policies see it, for the tests of this folder. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextType } from './cedar-schema.ts'
import { createEvaluator } from './evaluate.ts'
import type { PolicySet } from './policy-set.ts'
import { createPolicySet, readPolicy } from './policy-set.ts'
import type { PolicyContext, PolicyRequest } from './request.ts'

const money = {
  type: 'object',
  properties: { minor: { type: 'integer' }, currency: { type: 'string', const: 'usd' } },
  required: ['minor', 'currency'],
  additionalProperties: false,
}

export const refundTool = {
  input: {
    outputJsonSchema: {
      type: 'object',
      properties: {
        invoice: { type: 'string' },
        amount: money,
        tags: { type: 'array', items: { type: 'string' } },
        note: { type: 'string' },
        urgent: { type: 'boolean' },
        percent: { type: 'number' },
        address: {
          type: 'object',
          properties: { city: { type: 'string' }, geo: { type: 'number' } },
          required: ['city'],
          additionalProperties: false,
        },
      },
      required: ['invoice', 'amount', 'tags'],
      additionalProperties: false,
    },
  },
  factsSchema: {
    outputJsonSchema: {
      type: 'object',
      properties: { paid: money },
      required: ['paid'],
      additionalProperties: false,
    },
  },
}

export const refundContext = contextType(refundTool, ['finance', 'legal', 'subject:customer'], ['amount_usd'])

/** Policies of the tool `refund`, given as texts; their ids are `p1`, `p2`, … */
export function policySet(...texts: readonly string[]): PolicySet {
  const policies = texts.map((text, index) =>
    readPolicy({ id: `p${index + 1}`, text, says: text, from: 'sample.cedar' }),
  )
  return createPolicySet('refund', policies, refundContext)
}

export const permitAll = 'permit (principal, action, resource);'

const usd = (minor: number) => ({ minor, currency: 'usd' })

export const refundArgs = { invoice: 'in_1', amount: usd(3000), tags: ['late'] }

/** A request that nothing speaks against: 30.00 of 50.00, at `gated`. */
export function refundRequest(context: Partial<PolicyContext> = {}): PolicyRequest {
  return {
    agent: 'billing',
    tool: 'refund',
    subject: { kind: 'invoice', id: 'ps_1' },
    context: {
      args: refundArgs,
      facts: { paid: usd(5000) },
      approvals: {},
      stage: 'gated',
      fields: ['invoice', 'amount', 'tags'],
      citations: 1,
      intent: true,
      limits: { amount_usd: 0 },
      once: 0,
      granted: true,
      dryRun: false,
      requester: 'ada@acme.example',
      ...context,
    },
  }
}

test('the sample request is let through by a policy that permits everything', () => {
  assert.deepEqual(createEvaluator().evaluate(policySet(permitAll), refundRequest()), {
    permit: true,
    reasons: ['p1'],
    errors: [],
  })
})
