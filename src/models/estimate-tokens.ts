import type { ModelRequest } from './model-request.ts'

/** About how many tokens a text is: four characters each, rounded up. A guess, for where nobody counted. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4)
}

/** About how many prompt tokens a request is, tool descriptions and the marks around messages included. */
export function estimatePromptTokens({ system, messages, tools }: ModelRequest): number {
  return estimateTokens(JSON.stringify([system ?? '', messages, tools]))
}
