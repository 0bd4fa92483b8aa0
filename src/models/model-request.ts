/**
 * What is said to a model and what it answers, as plain JSON of our own: it is recorded, so it may not depend
 * on the shapes of a provider's package.
 */
import type { Json, JsonObject } from '../json.ts'

/** What a provider attaches to a part and wants back unchanged (a thought signature): outer key the provider. */
export type ProviderMetadata = { readonly [provider: string]: JsonObject }

export interface ModelToolCall {
  /** Unique among the calls of its answer. */
  id: string
  tool: string
  /** The source text exactly as the model gave it, '' when it gave none: money is parsed from it, never from a float. */
  argumentsText: string
  providerMetadata?: ProviderMetadata
}

export interface ModelToolResult {
  /** The id of the call that this answers. */
  id: string
  tool: string
  output: Json
  isError: boolean
}

export interface ModelReasoning {
  text: string
  providerMetadata?: ProviderMetadata
}

export type ModelMessage =
  | { role: 'user'; text: string }
  | {
      role: 'assistant'
      text?: string
      toolCalls: readonly ModelToolCall[]
      /** Some providers refuse a tool result whose reasoning does not come back with it. */
      reasoning?: readonly ModelReasoning[]
    }
  | { role: 'tool'; results: readonly ModelToolResult[] }

export interface ModelTool {
  name: string
  description: string
  /** JSON Schema, draft 7. */
  inputSchema: JsonObject
}

export interface ModelRequest {
  system?: string
  messages: readonly ModelMessage[]
  tools: readonly ModelTool[]
  maxOutputTokens?: number
  temperature?: number
  seed?: number
  headers?: Readonly<Record<string, string>>
}

/** Whole numbers of tokens. Cached and written ones are part of the prompt, reasoning is part of the completion. */
export interface ModelUsage {
  promptTokens: number
  cachedPromptTokens: number
  /** Tokens that the provider put into its cache, which some charge above the plain price; absent when none. */
  cacheWritePromptTokens?: number
  completionTokens: number
  reasoningTokens: number
  /** The provider did not say how much was used: the numbers are reckoned from the text, so settle at the reservation. */
  estimated?: true
}

export type ModelFinish = 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | 'interrupted' | 'other'

/** One answer of a model. JSON throughout. */
export interface ModelAnswer {
  text?: string
  toolCalls: readonly ModelToolCall[]
  reasoning?: readonly ModelReasoning[]
  /** `length` means that the answer was cut by `maxOutputTokens`. */
  finish: ModelFinish
  usage: ModelUsage
  /** The id that the provider says answered; undefined when it does not say. */
  answeredModel: string | undefined
  providerMetadata?: ProviderMetadata
  /** Kinds of content that came and that Charter does not carry (`source`, `file` …), so that none is lost silently. */
  leftOut?: readonly string[]
  latencyMs: number
}

/** The part of an answer that goes back to the model. */
export type SpokenAnswer = Pick<ModelAnswer, 'text' | 'toolCalls' | 'reasoning'>

/** The answer as the message to send back in the next request. */
export function assistantMessage(answer: SpokenAnswer): ModelMessage {
  return {
    role: 'assistant',
    ...(answer.text !== undefined && { text: answer.text }),
    toolCalls: answer.toolCalls,
    ...(answer.reasoning && { reasoning: answer.reasoning }),
  }
}
