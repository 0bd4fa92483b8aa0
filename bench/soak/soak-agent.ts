/**
 * The agent that is soaked. What its model says follows from the number of the run and the turn alone: nothing in the
 * process may grow with the runs that it has played but what the product keeps of them.
 */
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { Agent } from '../../src/define-agent.ts'
import type { JsonObject } from '../../src/json.ts'
import { pageText } from '../../test/page-text.ts'
import { agentOf } from '../../test/refund-agent.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { invoiceOf, ticketOf } from './shop.ts'

export interface SoakPlace {
  readonly ledger: string
  readonly keyring: string
  readonly desk: string
}

/** Short, so that a call that hangs is noticed within the shortest soak. */
const deadlineMs = 2_000
/** Above what the page lets through without a person. */
const largeAmount = '60.00'

export function soakAgent(desk: string): Agent {
  const tools = refundTools(desk).map((tool) => ({ ...tool, deadlineMs }))
  const limits = { limits: { amount_usd: { per: 'customer', within: '24h', max: 10_000_000 } } }
  const page = pageText({ tools: { request_refund: limits, refund_by_lookup: limits } })
  return agentOf(page, tools, soakModel())
}

type Turn = readonly { readonly tool: string; readonly input: JsonObject }[]

/** A read, a refund, a note, the last word; of eight runs one asks a person, and one looks its refund up. */
function turnsOf(n: number): readonly Turn[] {
  const invoice = invoiceOf(n)
  const tool = n % 8 === 3 ? 'refund_by_lookup' : 'request_refund'
  const amount = n % 8 === 5 ? largeAmount : '0.01'
  return [
    [{ tool: 'get_invoice', input: { invoice } }],
    [{ tool, input: { invoice, amount, reason: `run ${n}` } }],
    [{ tool: 'add_note', input: { ticket: ticketOf(n), body: `run ${n}` } }],
    [],
  ]
}

function soakModel(): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId: 'refunds',
    supportedUrls: {},
    doGenerate: async (options) => said(turnsOf(numberIn(options))[turnIn(options)] ?? []),
    doStream: () => Promise.reject(new Error('the model does not stream')),
  }
}

const turnIn = ({ prompt }: LanguageModelV4CallOptions): number =>
  prompt.filter(({ role }) => role === 'assistant').length

function numberIn({ prompt }: LanguageModelV4CallOptions): number {
  const opening = prompt.find(({ role }) => role === 'user')
  const [part] = opening?.role === 'user' ? opening.content : []
  return part?.type === 'text' ? JSON.parse(part.text).n : 0
}

function said(calls: Turn): LanguageModelV4GenerateResult {
  const toolCalls = calls.map(({ tool, input }, index) => ({
    type: 'tool-call' as const,
    toolCallId: `call_${index}`,
    toolName: tool,
    input: JSON.stringify(input),
  }))
  return {
    content: calls.length > 0 ? toolCalls : [{ type: 'text', text: 'done' }],
    finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined },
    usage: {
      inputTokens: { total: 100, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: 10, text: undefined, reasoning: undefined },
    },
    response: { modelId: 'refunds' },
    warnings: [],
  }
}
