/**
 * The prices of one model, from decimal strings, as whole numbers. A price in dollars per million tokens is the same
 * number in micro-dollars per token, so a cost is tokens times price, rounded up: no float touches money.
 */
import { CharterError } from '../errors.ts'

export interface TokenPrices {
  /** Decimal dollars per million tokens, as a string: `'0.40'`. */
  inputPerMillionUsd: string
  /** The plain price, where none is given. */
  cachedInputPerMillionUsd?: string
  /** Prompt tokens put into the provider's cache; the plain price, where none is given. */
  cacheWriteInputPerMillionUsd?: string
  outputPerMillionUsd: string
  /** Only where reasoning has a price of its own; otherwise it is charged as output. */
  reasoningPerMillionUsd?: string
}

export interface PriceTier extends TokenPrices {
  /** These prices hold for the whole call when its prompt has more tokens than this. */
  abovePromptTokens: number
}

export interface ModelPrice extends TokenPrices {
  tiers?: readonly PriceTier[]
}

/** Price units per token: a micro-dollar has 10^12 of them, so every price that may be written is whole. */
export interface Rates {
  input: bigint
  cachedInput: bigint
  cacheWrite: bigint
  output: bigint
  reasoning: bigint | undefined
}

export interface RateTier {
  abovePromptTokens: number
  rates: Rates
}

const unitsPerMicroUsd = 1_000_000_000_000n

/** The tiers of a price, cheapest prompt first; the first holds from the first token. Throws `config_invalid`. */
export function readPrice(model: string, price: ModelPrice): RateTier[] {
  const tiers = (price.tiers ?? []).toSorted((a, b) => a.abovePromptTokens - b.abovePromptTokens)
  for (const { abovePromptTokens } of tiers) {
    if (!Number.isSafeInteger(abovePromptTokens) || abovePromptTokens < 0) {
      throw invalid(model, 'abovePromptTokens', `\`${abovePromptTokens}\` is not a whole number of tokens`)
    }
  }
  return [{ abovePromptTokens: -1, ...price }, ...tiers].map((tier) => ({
    abovePromptTokens: tier.abovePromptTokens,
    rates: readRates(model, tier),
  }))
}

function readRates(model: string, prices: TokenPrices): Rates {
  const read = (key: keyof TokenPrices, text: string) => parseUnits(model, key, text)
  const { inputPerMillionUsd, cachedInputPerMillionUsd, cacheWriteInputPerMillionUsd } = prices
  return {
    input: read('inputPerMillionUsd', inputPerMillionUsd),
    cachedInput: read('cachedInputPerMillionUsd', cachedInputPerMillionUsd ?? inputPerMillionUsd),
    cacheWrite: read('cacheWriteInputPerMillionUsd', cacheWriteInputPerMillionUsd ?? inputPerMillionUsd),
    output: read('outputPerMillionUsd', prices.outputPerMillionUsd),
    reasoning:
      prices.reasoningPerMillionUsd === undefined
        ? undefined
        : read('reasoningPerMillionUsd', prices.reasoningPerMillionUsd),
  }
}

function parseUnits(model: string, key: string, text: string): bigint {
  const match = typeof text === 'string' ? /^(\d{1,9})(?:\.(\d{1,12}))?$/.exec(text) : null
  if (!match) throw invalid(model, key, `\`${text}\` is not a decimal price such as '0.40'`)
  return BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(12, '0'))
}

const invalid = (model: string, key: string, problem: string) =>
  new CharterError('config_invalid', `price of \`${model}\`: ${problem}`, { param: key })

/** Whole micro-dollars for tokens at a rate, rounded up. Throws `internal` for what is no number of tokens. */
export function microUsdOf(tokens: number, unitsPerToken: bigint): number {
  return Number((BigInt(wholeTokens(tokens)) * unitsPerToken + unitsPerMicroUsd - 1n) / unitsPerMicroUsd)
}

export function wholeTokens(tokens: number): number {
  if (Number.isSafeInteger(tokens) && tokens >= 0) return tokens
  throw new CharterError('internal', `\`${tokens}\` is not a whole number of tokens`)
}

/** The price as canonical JSON, the same however its decimals were written and its tiers were ordered. */
export function canonicalPrice(tiers: readonly RateTier[]): CanonicalTier[] {
  return tiers.map(({ abovePromptTokens, rates }) => ({
    abovePromptTokens: Math.max(0, abovePromptTokens),
    input: String(rates.input),
    cachedInput: String(rates.cachedInput),
    cacheWrite: String(rates.cacheWrite),
    output: String(rates.output),
    ...(rates.reasoning !== undefined && { reasoning: String(rates.reasoning) }),
  }))
}

/** A price as a release has it: rates in whole units, as text. */
export type CanonicalTier = {
  readonly abovePromptTokens: number
  readonly input: string
  readonly cachedInput: string
  readonly cacheWrite: string
  readonly output: string
  readonly reasoning?: string
}

/** The other way round: the tiers that `canonicalPrice` wrote down. */
export const tiersOfCanonical = (written: readonly CanonicalTier[]): RateTier[] =>
  written.map(({ abovePromptTokens, input, cachedInput, cacheWrite, output, reasoning }, i) => ({
    abovePromptTokens: i === 0 ? -1 : abovePromptTokens,
    rates: {
      input: BigInt(input),
      cachedInput: BigInt(cachedInput),
      cacheWrite: BigInt(cacheWrite),
      output: BigInt(output),
      reasoning: reasoning === undefined ? undefined : BigInt(reasoning),
    },
  }))
