/** Pages over a few tools, as people write them, for the tests of what a page compiles to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { PolicyJudgement, Signatures } from '../policy/ask.ts'
import { judgeByPolicy } from '../policy/ask.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import type { PolicyContext, PolicyRequest } from '../policy/request.ts'
import { defineTool } from '../tools/define-tool.ts'
import { money } from '../tools/money.ts'
import type { Tool } from '../tools/tool.ts'
import type { CompiledCharter } from './compile.ts'
import { compileCharter } from './compile.ts'
import { loadCharter } from './load.ts'

const done = z.object({ done: z.boolean() })
const execute = () => ({ done: true })

export const requestRefund = defineTool({
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  kind: 'write',
  inputSchema: z.strictObject({
    invoice: z.string(),
    amount: money('usd', { allowNegative: true }),
    reason: z.string(),
  }),
  outputSchema: done,
  subjects: ({ invoice }) => ({ invoice }),
  atMostOnce: true,
  execute,
})
const updateRecord = defineTool({
  name: 'update_record',
  description: 'Change a customer record.',
  kind: 'write',
  undo: async () => {},
  inputSchema: z.strictObject({
    customer: z.string(),
    email: z.string().optional(),
    tier: z.int().optional(),
    tags: z.array(z.string()).optional(),
    credit: money('usd').optional(),
    share: z.number().optional(),
  }),
  outputSchema: done,
  atMostOnce: true,
  execute,
})
export const getInvoice = defineTool({
  name: 'get_invoice',
  description: 'Read an invoice.',
  kind: 'read',
  inputSchema: z.strictObject({ invoice: z.string() }),
  outputSchema: done,
  rate: '5/s',
  execute,
})
const search = defineTool({ ...getInvoiceLike('search_web'), egress: true })

export function getInvoiceLike(name: string) {
  return {
    name,
    description: 'Send a question out.',
    kind: 'read' as const,
    inputSchema: z.strictObject({ question: z.string() }),
    outputSchema: done,
    execute,
  }
}

export const tools: Tool[] = [requestRefund, updateRecord, getInvoice, search]

export interface PageParts {
  stage?: string
  approvals?: string
  cedar?: string
}

/** A page with these tools, as people write it. */
export function pageOf(toolLines: string, { stage = 'gated', approvals = '', cedar }: PageParts = {}) {
  const policies = cedar === undefined ? '' : 'policies: [./rules.cedar]\n'
  const text = `charter: 1\nagent: { name: billing, stage: ${stage} }\n${approvals}\n${policies}tools:\n  ${toolLines}\n`
  return loadCharter({ file: 'billing.charter.yaml', text, readFile: () => cedar }).page
}

export const compile = (toolLines: string, parts?: PageParts) => compileCharter(pageOf(toolLines, parts), tools)

export function requestOf(tool: string, context: Partial<PolicyContext> = {}): PolicyRequest {
  return {
    agent: 'billing',
    tool,
    context: {
      args: { invoice: 'in_1', amount: { minor: 2000, currency: 'usd' }, reason: 'late' },
      facts: {},
      approvals: {},
      stage: 'gated',
      fields: [],
      citations: 0,
      intent: false,
      limits: { amount_usd: 0, calls: 0, rate: 0, vendor_rate: 0 },
      once: 0,
      granted: false,
      dryRun: false,
      requester: '',
      ...context,
    },
  }
}

export const evaluator = createEvaluator()

export function judge(compiled: CompiledCharter, request: PolicyRequest, signatures: Signatures = {}): PolicyJudgement {
  const tool = { name: request.tool }
  return judgeByPolicy(evaluator, compiled.policiesOf(tool), request, compiled.approvalSteps(tool), signatures)
}

/** `allow`, `ask finance 1`, or `deny CODE RULE`. */
export function said(judged: PolicyJudgement): string {
  switch (judged.outcome) {
    case 'allow':
      return 'allow'
    case 'ask':
      return `ask ${judged.steps.map(({ from, count }) => `${from} ${count}`).join(', ')}`
    case 'deny':
      return `deny ${judged.code} ${judged.reasons.join(', ')}`
  }
}

export const refund = (rules: string, context?: Partial<PolicyContext>, parts?: PageParts) =>
  said(judge(compile(`request_refund: { allowed: true, ${rules} }`, parts), requestOf('request_refund', context)))

export const of = (minor: number, currency = 'usd') => ({
  args: { invoice: 'in_1', amount: { minor, currency }, reason: 'late' },
})
export const finance = 'approval: [ { from: finance, count: 1 } ]'
export const ask25 = `require_approval_over_usd: 25, ${finance}`

test('what the page allows is allowed, and what it does not name is not', () => {
  const compiled = compile('get_invoice: { allowed: true }')
  assert.equal(said(judge(compiled, requestOf('get_invoice'))), 'allow')
  assert.equal(said(judge(compiled, requestOf('request_refund'))), 'deny denied_by_policy request_refund.not_on_page')
})
