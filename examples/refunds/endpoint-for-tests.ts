/**
 * An endpoint that speaks OpenAI's chat completions over real HTTP, behind which the script of the demo answers: what a
 * live model in its place sends and receives, without one.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from '@ai-sdk/provider'
import { billingModel } from './conversations.ts'

interface ChatRequest {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly tools?: readonly { readonly function: { readonly name: string } }[]
}

type ChatMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string }

interface ToolCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

export interface Endpoint {
  readonly baseUrl: string
  readonly requests: readonly { readonly authorization: string | undefined; readonly body: ChatRequest }[]
}

/** Every answer is charged with a thousand tokens in and a hundred out. */
export async function givenEndpoint(t: TestContext): Promise<Endpoint> {
  const requests: { authorization: string | undefined; body: ChatRequest }[] = []
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as ChatRequest
    requests.push({ authorization: authorizationOf(request), body })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await completionOf(body)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  return { baseUrl: `http://127.0.0.1:${address.port}/v1`, requests }
}

const authorizationOf = ({ url, headers }: IncomingMessage) =>
  url === '/v1/chat/completions' ? headers.authorization : `asked for ${url}`

async function completionOf({ model, messages }: ChatRequest) {
  const options: LanguageModelV4CallOptions = { prompt: promptOf(messages) }
  const { content } = await billingModel(`local/${model}`).doGenerate(options)
  const said = content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  const calls = content.flatMap((part): ToolCall[] => {
    if (part.type !== 'tool-call') return []
    return [{ id: part.toolCallId, type: 'function', function: { name: part.toolName, arguments: part.input } }]
  })
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_760_000_000,
    model,
    choices: [
      {
        index: 0,
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
        message: { role: 'assistant', content: said.join(' ') || null, ...(calls.length > 0 && { tool_calls: calls }) },
      },
    ],
    usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
  }
}

function promptOf(messages: readonly ChatMessage[]): LanguageModelV4Prompt {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []) : []))
  const names = new Map(calls.map((call) => [call.id, call.function.name]))
  return messages.map((message) => readMessage(message, names))
}

function readMessage(message: ChatMessage, names: ReadonlyMap<string, string>): LanguageModelV4Prompt[number] {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content }
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.content }] }
    case 'assistant':
      return { role: 'assistant', content: [{ type: 'text', text: message.content ?? '' }] }
    case 'tool': {
      const { tool_call_id: toolCallId, content } = message
      const output = { type: 'json' as const, value: JSON.parse(content) }
      return {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId, toolName: names.get(toolCallId) ?? '', output }],
      }
    }
  }
}
