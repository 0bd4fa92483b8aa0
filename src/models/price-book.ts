/**
 * What a model call costs, in whole micro-dollars. Each line is rounded up by itself and the lines add up to the
 * total exactly, so that a bill can be checked by adding. An unknown price is an error, never zero.
 */
import { CharterError, nearest } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { ModelUsage } from './model-request.ts'
import {
  type CanonicalTier,
  canonicalPrice,
  type ModelPrice,
  microUsdOf,
  type Rates,
  type RateTier,
  readPrice,
  tiersOfCanonical,
  wholeTokens,
} from './price.ts'

export interface Cost {
  /** Whole micro-dollars; the sum of the lines. */
  microUsd: number
  lines: {
    input: number
    cachedInput: number
    /** Only where the provider wrote to its cache. */
    cacheWrite?: number
    output: number
    /** Only where reasoning has a price of its own. */
    reasoning?: number
  }
}

export interface PriceBook {
  readonly version: string
  /** What the call cost. Throws `price_unknown`. */
  costOf(model: string, usage: ModelUsage): Cost
  /** The most, in whole micro-dollars, that a call within these numbers of tokens can cost. Throws `price_unknown`. */
  worstCase(model: string, promptTokens: number, maxCompletionTokens: number): number
  /** What a release hashes: the prices of these models and nothing else. Throws `price_unknown`. */
  contentOf(models: readonly string[]): JsonObject
}

export interface PriceBookInput {
  version: string
  /** By the id that stands on the page, `provider/name`. */
  prices: Readonly<Record<string, ModelPrice>>
  /** Where a model is looked for that is not in `prices`. */
  list?: PriceList
}

/** A long list of prices, of which a house needs a few. */
export interface PriceList {
  priceOf(model: string): ModelPrice | undefined
  /** The id under which a model that is not there is listed: for dated snapshots. */
  listedAs(model: string): string | undefined
  names(): readonly string[]
}

/** Throws `config_invalid` for a price that is not a decimal. */
export function createPriceBook({ version, prices, list }: PriceBookInput): PriceBook {
  const book = new Map(Object.entries(prices).map(([model, price]) => [model, readPrice(model, price)]))
  const stands = (model: string) => {
    const listed = book.has(model) ? undefined : list?.priceOf(model)
    if (listed) book.set(model, readPrice(model, listed))
    return book.get(model)
  }
  const tiersOf = (model: string) => {
    const tiers = stands(model) ?? stands(list?.listedAs(model) ?? '')
    if (!tiers) throw unknownPrice(model, [...Object.keys(prices), ...(list?.names() ?? [])])
    return tiers
  }
  return priceBookOf(version, tiersOf)
}

/** A price book as a release recorded it, and no other prices. Throws `config_invalid` for anything else. */
export function recordedPriceBook({ version, models }: { version: string; models: JsonObject }): PriceBook {
  const book = new Map<string, RateTier[]>()
  for (const [model, tiers] of Object.entries(models)) book.set(model, readCanonical(model, tiers))
  return priceBookOf(version, (model) => {
    const tiers = book.get(model)
    if (!tiers) throw unknownPrice(model, book.keys())
    return tiers
  })
}

function readCanonical(model: string, written: Json): RateTier[] {
  try {
    return tiersOfCanonical(written as object as readonly CanonicalTier[])
  } catch (error) {
    throw new CharterError('config_invalid', `the recorded price of \`${model}\` cannot be read`, { cause: error })
  }
}

function priceBookOf(version: string, tiersOf: (model: string) => RateTier[]): PriceBook {
  return {
    version,
    costOf: (model, usage) => costAt(ratesFor(tiersOf(model), usage.promptTokens), usage),
    worstCase: (model, promptTokens, maxCompletionTokens) =>
      worstCaseOf(tiersOf(model), promptTokens, maxCompletionTokens),
    contentOf: (models) =>
      Object.fromEntries([...new Set(models)].sort().map((model) => [model, canonicalPrice(tiersOf(model))])),
  }
}

function unknownPrice(model: string, known: Iterable<string>): CharterError {
  const near = nearest(model, known)
  return new CharterError('price_unknown', `no price is known for the model \`${model}\``, {
    hint: near
      ? `did you mean \`${near}\`? Otherwise give its price in the configuration`
      : 'give its price in the configuration',
    param: model,
  })
}

/** The dearer tier holds for the whole call, as providers bill it. */
function ratesFor(tiers: readonly RateTier[], promptTokens: number): Rates {
  const tier = tiers.findLast(({ abovePromptTokens }) => promptTokens > abovePromptTokens)
  if (!tier) throw new CharterError('internal', 'a price without tiers')
  return tier.rates
}

function costAt(rates: Rates, usage: ModelUsage): Cost {
  const { promptTokens, cachedPromptTokens, cacheWritePromptTokens = 0, completionTokens, reasoningTokens } = usage
  const plain = Math.max(0, wholeTokens(promptTokens) - cachedPromptTokens - cacheWritePromptTokens)
  const reasoned = rates.reasoning === undefined ? 0 : reasoningTokens
  const lines: Cost['lines'] = {
    input: microUsdOf(plain, rates.input),
    cachedInput: microUsdOf(cachedPromptTokens, rates.cachedInput),
    ...(cacheWritePromptTokens > 0 && { cacheWrite: microUsdOf(cacheWritePromptTokens, rates.cacheWrite) }),
    output: microUsdOf(Math.max(0, wholeTokens(completionTokens) - reasoned), rates.output),
    ...(rates.reasoning !== undefined && { reasoning: microUsdOf(reasoned, rates.reasoning) }),
  }
  const microUsd = Object.values(lines).reduce((sum, line) => sum + line, 0)
  if (Number.isSafeInteger(microUsd)) return { microUsd, lines }
  throw new CharterError('internal', `a call cost ${microUsd} micro-dollars, which is no longer a whole number`)
}

/** A prompt may come out shorter than reserved, and so in a cheaper tier or, where that is dearer, in that one. */
function worstCaseOf(tiers: readonly RateTier[], promptTokens: number, maxCompletionTokens: number): number {
  const reachable = tiers.filter(({ abovePromptTokens }) => abovePromptTokens < Math.max(promptTokens, 0))
  const input = dearest(reachable.flatMap(({ rates }) => [rates.input, rates.cachedInput, rates.cacheWrite]))
  const output = dearest(reachable.flatMap(({ rates }) => [rates.output, rates.reasoning ?? 0n]))
  // Every further line that a cost may have (cached, written, reasoned) rounds up once more.
  const roundings = (input > 0n ? Math.min(2, promptTokens) : 0) + (output > 0n ? Math.min(1, maxCompletionTokens) : 0)
  return microUsdOf(promptTokens, input) + microUsdOf(maxCompletionTokens, output) + roundings
}

// `Math.max` takes no whole numbers of this size.
const dearest = (rates: readonly bigint[]) => rates.toSorted((a, b) => Number(a > b) - Number(a < b)).at(-1) ?? 0n
