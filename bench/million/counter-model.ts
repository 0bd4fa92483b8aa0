/** A model that thinks no time at all: what it says follows from the number of its run and the turn, and from nothing else. */
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { JsonObject } from '../../src/json.ts'

export const modelId = 'scripted/counter'

export interface Call {
  readonly tool: string
  readonly input: JsonObject
}

/** Of twenty runs two ask a person, two want more than the page allows, and one forgets an argument. */
export function turnsOf(n: number): readonly (readonly Call[])[] {
  const [ticket, invoice, customer] = [`t_${n}`, `in_${n}`, `c_${n}`]
  const refund = (amount: string): readonly Call[] => [{ tool: 'request_refund', input: { invoice, amount } }]
  return [
    [{ tool: 'list_tickets', input: { customer } }],
    [
      { tool: 'get_ticket', input: { ticket } },
      { tool: 'get_invoice', input: { invoice } },
    ],
    [
      { tool: 'search_policy', input: { query: `late parcel ${n % 7}` } },
      { tool: 'get_customer', input: { customer } },
    ],
    ...(n % 10 === 5 ? [refund('180.00')] : []),
    ...(n % 20 === 3 ? [[{ tool: 'request_refund', input: { invoice } }]] : []),
    refund(n % 10 === 7 ? '60.00' : `${1 + (n % 40)}.50`),
    [{ tool: 'get_invoice', input: { invoice } }],
    [{ tool: 'add_note', input: { ticket, body: `refunded, see ${invoice}` } }],
    [{ tool: 'get_ticket', input: { ticket } }],
  ]
}

export function counterModel(): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId: 'counter',
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const turn = prompt.filter(({ role }) => role === 'assistant').length
      const calls = turnsOf(numberIn(prompt))[turn]
      return {
        content: calls?.map((call, index) => contentOf(call, turn, index)) ?? [{ type: 'text', text: 'refunded' }],
        finishReason: { unified: calls ? 'tool-calls' : 'stop', raw: undefined },
        usage: {
          inputTokens: { total: 900 + 250 * turn, noCache: undefined, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 40, text: undefined, reasoning: 0 },
        },
        warnings: [],
      }
    },
    doStream: () => Promise.reject(new Error('nobody streams here')),
  }
}

function numberIn(prompt: LanguageModelV4CallOptions['prompt']): number {
  const opening = prompt.find(({ role }) => role === 'user')
  const [part] = opening?.role === 'user' ? opening.content : []
  return part?.type === 'text' ? JSON.parse(part.text).n : 0
}

const contentOf = ({ tool, input }: Call, turn: number, index: number) => ({
  type: 'tool-call' as const,
  toolCallId: `call_${turn}_${index}`,
  toolName: tool,
  input: JSON.stringify(input),
})
