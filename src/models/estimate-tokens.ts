import type { ModelRequest } from './model-request.ts'

/** About how many tokens a text is: four characters each, rounded up. A guess, for where nobody counted. */
export function estimateTokens(text: string): number {
  return tokensIn(text.length)
}

/** About how many prompt tokens a request is, tool descriptions and the marks around messages included. */
export function estimatePromptTokens({ system, messages, tools }: ModelRequest): number {
  return estimateTokens(JSON.stringify([system ?? '', messages, tools]))
}

/** The same of a request whose parts were measured before: characters of the JSON of each, commas between messages too. */
export function promptTokensOf(system: number, messages: number, tools: number): number {
  return tokensIn('[,[],]'.length + system + messages + tools)
}

const tokensIn = (characters: number): number => Math.ceil(characters / 4)
