/** Our request in the words of the AI SDK's provider interface. */
import type {
  JSONSchema7,
  JSONValue,
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4ToolResultOutput,
} from '@ai-sdk/provider'
import type { Json } from '../json.ts'
import type { ModelMessage, ModelRequest, ModelToolCall, ProviderMetadata } from './model-request.ts'

export function toCallOptions(request: ModelRequest, signal: AbortSignal | undefined): LanguageModelV4CallOptions {
  const { maxOutputTokens, temperature, seed, headers } = request
  return {
    prompt: toPrompt(request),
    ...(request.tools.length > 0 && { tools: toTools(request), toolChoice: { type: 'auto' } }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
    ...(headers && { headers: { ...headers } }),
    ...(signal && { abortSignal: signal }),
  }
}

function toTools(request: ModelRequest) {
  return request.tools.map(({ name, description, inputSchema }) => ({
    type: 'function' as const,
    name,
    description,
    inputSchema: inputSchema as JSONSchema7,
  }))
}

function toPrompt({ system, messages }: ModelRequest): LanguageModelV4Message[] {
  const prompt = messages.map(toMessage)
  return system === undefined ? prompt : [{ role: 'system', content: system }, ...prompt]
}

function toMessage(message: ModelMessage): LanguageModelV4Message {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] }
    case 'assistant':
      return { role: 'assistant', content: assistantParts(message) }
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map(({ id, tool, output, isError }) => ({
          type: 'tool-result',
          toolCallId: id,
          toolName: tool,
          output: toOutput(output, isError),
        })),
      }
  }
}

// An empty answer stays a message without parts: several providers refuse an empty text, and it must still be counted.
function assistantParts({ text, toolCalls, reasoning }: Extract<ModelMessage, { role: 'assistant' }>) {
  return [
    ...(reasoning ?? []).map((part) => ({
      type: 'reasoning' as const,
      text: part.text,
      ...providerOptions(part.providerMetadata),
    })),
    ...(text ? [{ type: 'text' as const, text }] : []),
    ...toolCalls.map((call) => ({
      type: 'tool-call' as const,
      toolCallId: call.id,
      toolName: call.tool,
      input: argumentsObject(call),
      ...providerOptions(call.providerMetadata),
    })),
  ]
}

/** Providers want an object here. What cannot be one is sent as none: the error result beside it says what was wrong. */
function argumentsObject({ argumentsText }: ModelToolCall): object {
  try {
    const parsed: unknown = JSON.parse(argumentsText)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function toOutput(output: Json, isError: boolean): LanguageModelV4ToolResultOutput {
  if (typeof output === 'string') return { type: isError ? 'error-text' : 'text', value: output }
  return { type: isError ? 'error-json' : 'json', value: output as JSONValue }
}

const providerOptions = (metadata: ProviderMetadata | undefined) => metadata && { providerOptions: { ...metadata } }
