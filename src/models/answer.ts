/** Reads what a provider answered into our own JSON. */
import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import { CharterError } from '../errors.ts'
import { estimatePromptTokens, estimateTokens } from './estimate-tokens.ts'
import type { ModelAnswer, ModelReasoning, ModelRequest, ModelToolCall, ProviderMetadata } from './model-request.ts'
import { readUsage } from './usage.ts'

export function readAnswer(
  result: LanguageModelV4GenerateResult,
  request: ModelRequest,
  latencyMs: number,
): ModelAnswer {
  const said = readContent(result.content)
  const metadata = readMetadata(result.providerMetadata)
  return {
    ...said,
    finish: result.finishReason.unified,
    usage: readUsage(result.usage, {
      // Looked at only where the provider did not count: a long request is not measured for nothing.
      get promptTokens() {
        return estimatePromptTokens(request)
      },
      get completionTokens() {
        return estimateTokens(JSON.stringify(said))
      },
    }),
    answeredModel: result.response?.modelId,
    ...(metadata && { providerMetadata: metadata }),
    latencyMs,
  }
}

type Said = Pick<ModelAnswer, 'text' | 'toolCalls' | 'reasoning' | 'leftOut'>

function readContent(content: readonly LanguageModelV4Content[]): Said {
  const text: string[] = []
  const toolCalls: ModelToolCall[] = []
  const reasoning: ModelReasoning[] = []
  const leftOut: string[] = []
  for (const part of content) {
    refuseExecuted(part)
    if (part.type === 'text') text.push(part.text.toWellFormed())
    else if (part.type === 'tool-call') toolCalls.push(readToolCall(part, toolCalls))
    else if (part.type === 'reasoning') reasoning.push(readReasoning(part))
    else leftOut.push(part.type)
  }
  return {
    ...(text.length > 0 && { text: text.join('') }),
    toolCalls,
    ...(reasoning.length > 0 && { reasoning }),
    ...(leftOut.length > 0 && { leftOut }),
  }
}

/** A tool that the provider ran by itself was never judged: such an answer must not pass as a proposal. */
function refuseExecuted(part: LanguageModelV4Content): void {
  const isExecuted = part.type === 'tool-call' && part.providerExecuted === true
  if (!isExecuted && part.type !== 'tool-result' && part.type !== 'tool-approval-request') return
  const tool = 'toolName' in part ? `\`${part.toolName}\`` : 'a tool'
  throw new CharterError('model_failed', `the provider runs ${tool} by itself, where no charter can judge it`, {
    hint: "configure the model without the provider's own tools and offer the tool through the charter",
    details: { retryable: false },
  })
}

type Part<Type extends LanguageModelV4Content['type']> = Extract<LanguageModelV4Content, { type: Type }>

// Lone surrogates have no UTF-8: they would be recorded as something else than what was acted on.
function readToolCall(part: Part<'tool-call'>, earlier: readonly ModelToolCall[]): ModelToolCall {
  const metadata = readMetadata(part.providerMetadata)
  return {
    id: distinctId(part.toolCallId, earlier),
    tool: part.toolName.toWellFormed(),
    // Providers written in plain JavaScript leave it out for a tool without arguments.
    argumentsText: (part.input ?? '').toWellFormed(),
    ...(metadata && { providerMetadata: metadata }),
  }
}

/** Small local models repeat ids or leave them empty, and a result must find its call. */
function distinctId(given: string | undefined, earlier: readonly ModelToolCall[]): string {
  const taken = new Set(earlier.map(({ id }) => id))
  const wanted = given?.toWellFormed() || 'call'
  let id = wanted
  for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`
  return id
}

function readReasoning(part: Part<'reasoning'>): ModelReasoning {
  const metadata = readMetadata(part.providerMetadata)
  return { text: part.text.toWellFormed(), ...(metadata && { providerMetadata: metadata }) }
}

/** Through JSON and back, since providers put dates and `undefined` there; nothing when there is nothing in it. */
function readMetadata(metadata: unknown): ProviderMetadata | undefined {
  const plain: ProviderMetadata = JSON.parse(JSON.stringify(metadata ?? {}))
  return Object.values(plain).some((inner) => Object.keys(inner).length > 0) ? plain : undefined
}
