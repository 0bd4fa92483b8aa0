/**
 * Token counts as providers report them, made whole. Every count may be missing, and some providers report a
 * part (cached, reasoning) beside its total and not within it.
 */
import type { LanguageModelV4Usage } from '@ai-sdk/provider'
import type { ModelUsage } from './model-request.ts'

/** What to say where the provider says nothing. Whole numbers of tokens. */
export interface UsageEstimate {
  promptTokens: number
  completionTokens: number
}

export function readUsage(reported: Partial<LanguageModelV4Usage> | undefined, estimate: UsageEstimate): ModelUsage {
  const { inputTokens, outputTokens } = reported ?? {}
  const cached = count(inputTokens?.cacheRead) ?? 0
  const written = count(inputTokens?.cacheWrite) ?? 0
  const reasoning = count(outputTokens?.reasoning) ?? 0
  const prompt = whole(count(inputTokens?.total), count(inputTokens?.noCache), cached + written)
  const completion = whole(count(outputTokens?.total), count(outputTokens?.text), reasoning)
  const isEstimated = prompt === undefined || completion === undefined
  return {
    promptTokens: prompt ?? estimate.promptTokens,
    cachedPromptTokens: cached,
    ...(written > 0 && { cacheWritePromptTokens: written }),
    completionTokens: completion ?? estimate.completionTokens,
    reasoningTokens: reasoning,
    ...(isEstimated && { estimated: true }),
  }
}

/**
 * The total of a plain part and a special one. A part greater than its total was reported beside it, so the two are
 * added: too much is charged rather than too little.
 */
function whole(total: number | undefined, plain: number | undefined, special: number): number | undefined {
  if (total !== undefined) return special > total ? total + special : total
  if (plain !== undefined || special > 0) return (plain ?? 0) + special
  return undefined
}

/** Beyond every context there is: nonsense, and as good as nothing. */
const mostTokens = 1_000_000_000_000

function count(reported: number | undefined): number | undefined {
  const isCount = typeof reported === 'number' && reported >= 0 && reported <= mostTokens
  return isCount ? Math.ceil(reported) : undefined
}
