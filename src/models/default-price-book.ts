/**
 * The price book that comes with Charter: the prices of @pydantic/genai-prices, under the names the AI SDK gives to
 * providers, with the owner's own on top. Text only: what is billed by request, by search or by sound is not listed.
 */
import {
  calcPrice,
  findProvider,
  type ModelPrice as ListedPrice,
  type ModelInfo,
  type TieredPrices,
} from '@pydantic/genai-prices'
import type { ModelPrice, TokenPrices } from './price.ts'
import { createPriceBook, type PriceBook, type PriceList } from './price-book.ts'

/** The version that package.json pins; its own package.json is not exported, so a test holds the two together. */
export const genaiPricesVersion = '0.1.8'

/** The list's name for a provider, by the AI SDK's. */
const providers: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'aws',
  anthropic: 'anthropic',
  azure: 'azure',
  baseten: 'baseten',
  cerebras: 'cerebras',
  cohere: 'cohere',
  deepseek: 'deepseek',
  fireworks: 'fireworks',
  google: 'google',
  'google-vertex': 'google',
  groq: 'groq',
  minimax: 'minimax',
  mistral: 'mistral',
  moonshotai: 'moonshotai',
  openai: 'openai',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  togetherai: 'together',
  xai: 'x-ai',
  zai: 'zai',
}

export interface DefaultPriceBookOptions {
  /** The owner's prices, by `provider/name`: each replaces a listed one whole. */
  overrides?: Readonly<Record<string, ModelPrice>>
  /** The day whose prices hold, milliseconds since 1970; without it the last that were announced. */
  asOf?: number
}

/** A book for the day it was made: a price that changes later needs a new one (and makes a new release). */
export function defaultPriceBook({ overrides = {}, asOf }: DefaultPriceBookOptions = {}): PriceBook {
  const day = asOf === undefined ? '' : ` on ${new Date(asOf).toISOString().slice(0, 10)}`
  const own = Object.keys(overrides).length > 0 ? ' with own prices' : ''
  return createPriceBook({
    version: `genai-prices ${genaiPricesVersion}${day}${own}`,
    prices: overrides,
    list: listAt(asOf ?? Number.POSITIVE_INFINITY),
  })
}

const listAt = (asOf: number): PriceList => ({
  priceOf: (model) => {
    const { providerId, name } = placeOf(model)
    const listed = modelsOf(providerId).find(({ id }) => id === name)
    return listed && toModelPrice(listed, asOf)
  },
  listedAs,
  names: () =>
    Object.entries(providers).flatMap(([provider, listed]) =>
      modelsOf(listed)
        .filter((model) => toModelPrice(model, asOf))
        .map(({ id }) => `${provider}/${id}`),
    ),
})

const modelsOf = (providerId: string | undefined): readonly ModelInfo[] =>
  providerId === undefined ? [] : (findProvider({ providerId })?.models ?? [])

/** `openai/gpt-4.1-mini-2025-04-14` stands in the list as `openai/gpt-4.1-mini`. */
function listedAs(model: string): string | undefined {
  const { provider, providerId, name } = placeOf(model)
  if (!providerId) return undefined
  const found = calcPrice({}, name, { providerId })
  return found?.provider.id === providerId ? `${provider}/${found.model.id}` : undefined
}

function placeOf(model: string) {
  const [provider = '', ...name] = model.split('/')
  return {
    provider,
    providerId: Object.hasOwn(providers, provider) ? providers[provider] : undefined,
    name: name.join('/'),
  }
}

/** Keys that are charged besides the tokens of a text: a model that has one would come out too cheap. */
const beyondTokens = ['requests_kcount', 'output_citation_mtok', 'input_text_messages_kcount']

function toModelPrice(model: ModelInfo, asOf: number): ModelPrice | undefined {
  const inForce = pricesInForce(model.prices, asOf)
  if (inForce.every((prices) => Object.keys(prices).length === 0)) return freePrice(model)
  if (inForce.some((prices) => !('input_mtok' in prices && 'output_mtok' in prices))) return undefined
  if (inForce.some((prices) => beyondTokens.some((key) => key in prices))) return undefined
  const starts = inForce.flatMap((prices) => Object.values(prices).flatMap(startsOf))
  const tiers = [...new Set(starts)].sort((a, b) => a - b)
  return {
    ...pricesAbove(-1, inForce),
    ...(tiers.length > 0 && {
      tiers: tiers.map((start) => ({ abovePromptTokens: start, ...pricesAbove(start, inForce) })),
    }),
  }
}

/** The list has no prices also where it knows none, so only what calls itself free is. */
function freePrice({ id }: ModelInfo): ModelPrice | undefined {
  return id.endsWith(':free') ? { inputPerMillionUsd: '0', outputPerMillionUsd: '0' } : undefined
}

/** What may hold on that day: the last price that has begun, and those of every hour listed after it. */
function pricesInForce(prices: ModelInfo['prices'], asOf: number): ListedPrice[] {
  if (!Array.isArray(prices)) return [prices]
  const inForce: ListedPrice[] = []
  for (const { constraint, prices: listed } of prices.toReversed()) {
    if (constraint?.type !== 'time_of_date' && constraint && Date.parse(constraint.start_date) > asOf) continue
    inForce.push(listed)
    if (constraint?.type !== 'time_of_date') break
  }
  return inForce
}

/** The prices for prompts just above that many tokens; of several that may hold, the dearest. */
function pricesAbove(tokens: number, inForce: readonly ListedPrice[]): TokenPrices {
  const price = (key: string) => decimal(Math.max(...inForce.map((prices) => priceAbove(tokens, prices, key))))
  const listed = (key: string) => inForce.some((prices) => key in prices)
  return {
    inputPerMillionUsd: price('input_mtok'),
    ...(listed('cache_read_mtok') && { cachedInputPerMillionUsd: price('cache_read_mtok') }),
    ...(listed('cache_write_mtok') && { cacheWriteInputPerMillionUsd: price('cache_write_mtok') }),
    outputPerMillionUsd: price('output_mtok'),
    ...(listed('output_reasoning_mtok') && { reasoningPerMillionUsd: price('output_reasoning_mtok') }),
  }
}

function priceAbove(tokens: number, prices: ListedPrice, key: string): number {
  const price = prices[key] ?? prices[key.startsWith('output') ? 'output_mtok' : 'input_mtok'] ?? 0
  if (typeof price === 'number') return price
  const reached = price.tiers.filter(({ start }) => start <= tokens).sort((a, b) => a.start - b.start)
  return reached.at(-1)?.price ?? price.base
}

const startsOf = (price: number | TieredPrices | undefined) =>
  typeof price === 'object' ? price.tiers.map(({ start }) => start) : []

/** As it was written in the list; a third of a cent, which it also holds, to the twelve places that a price may have. */
function decimal(price: number): string {
  const text = String(price)
  return /^\d+(\.\d{1,12})?$/.test(text) ? text : price.toFixed(12)
}
