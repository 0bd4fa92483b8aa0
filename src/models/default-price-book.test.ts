import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import { defaultPriceBook, genaiPricesVersion } from './default-price-book.ts'
import type { ModelUsage } from './model-request.ts'

const now = Date.UTC(2026, 10, 21, 12)
const book = defaultPriceBook({ asOf: now })

const usage: ModelUsage = {
  promptTokens: 250_000,
  cachedPromptTokens: 100_000,
  cacheWritePromptTokens: 50_000,
  completionTokens: 20_000,
  reasoningTokens: 5000,
}

test('the version names the version of the package that is installed', () => {
  const root = new URL('../../', import.meta.url)
  const read = (file: string) => JSON.parse(readFileSync(new URL(file, root), 'utf8'))
  assert.equal(read('node_modules/@pydantic/genai-prices/package.json').version, genaiPricesVersion)
  assert.equal(read('package.json').dependencies['@pydantic/genai-prices'], genaiPricesVersion)
  assert.match(book.version, /0\.1\.8 on 2026-11-21/)
})

test('costs agree with genai-prices itself, to a micro-dollar a line, in every tier', () => {
  const models = [
    ['openai', 'gpt-4.1-mini'],
    ['openai', 'gpt-4.1-mini-2025-04-14'],
    ['openai', 'o3'],
    ['openai', 'gpt-5.4'],
    ['anthropic', 'claude-sonnet-4-5-20250929'],
    ['google', 'gemini-2.5-pro'],
    ['google', 'gemini-3.6-flash'],
    ['mistral', 'mistral-medium-latest'],
    ['groq', 'llama-3.3-70b-versatile'],
  ] as const
  for (const [providerId, model] of models) {
    for (const promptTokens of [150_000, 200_000, 200_001, 271_999, 272_000, 600_000]) {
      const given = { ...usage, promptTokens }
      const listed = calcPrice(
        { input_tokens: promptTokens, cache_read_tokens: 100_000, cache_write_tokens: 50_000, output_tokens: 20_000 },
        model,
        { providerId, timestamp: new Date(now) },
      )
      assert.ok(listed, model)
      const { microUsd } = book.costOf(`${providerId}/${model}`, given)
      const expected = listed.total_price * 1e6
      assert.ok(
        microUsd >= expected - 1e-3 && microUsd < expected + 4,
        `${model} ${promptTokens}: ${microUsd} ${expected}`,
      )
    }
  }
})

test('providers are found under the names that the AI SDK gives them', () => {
  for (const model of ['xai/grok-4.3', 'google-vertex/gemini-2.5-pro', 'openrouter/openai/gpt-4.1']) {
    assert.ok(book.costOf(model, usage).microUsd > 0, model)
  }
})

test('a price holds from its day on, and without a day the last announced holds', () => {
  const cost = (asOf?: number) =>
    defaultPriceBook(asOf === undefined ? {} : { asOf }).costOf('google/gemini-3.6-flash', usage).microUsd
  assert.equal(cost(Date.UTC(2026, 11, 31)) * 2, cost(Date.UTC(2027, 0, 1)))
  assert.equal(cost(), cost(Date.UTC(2027, 0, 1)))
})

test('where the price depends on the hour, the dearest hour is charged', () => {
  for (let hour = 0; hour < 24; hour++) {
    const timestamp = new Date(Date.UTC(2026, 10, 21, hour, 30))
    const listed = calcPrice({ input_tokens: 1000, output_tokens: 1000 }, 'deepseek-v4-flash', {
      providerId: 'deepseek',
      timestamp,
    })
    const given = { promptTokens: 1000, cachedPromptTokens: 0, completionTokens: 1000, reasoningTokens: 0 }
    assert.ok(listed && book.costOf('deepseek/deepseek-v4-flash', given).microUsd >= listed.total_price * 1e6)
  }
})

test('a model that is billed for more than its tokens is unknown rather than too cheap', () => {
  for (const model of ['perplexity/sonar', 'openai/moderation', 'google/gemma-3']) {
    assert.throws(() => book.costOf(model, usage), { code: 'price_unknown' }, model)
  }
  assert.equal(book.costOf('openrouter/openai/gpt-oss-20b:free', usage).microUsd, 0)
})

test('a misspelt model is refused with the nearest name', () => {
  assert.throws(() => book.costOf('openai/gpt-4.1-minni', usage), {
    code: 'price_unknown',
    hint: /`openai\/gpt-4\.1-mini`/,
  })
})

test('the owner may price a model that is not listed, and reprice one that is', () => {
  const price = { inputPerMillionUsd: '0.40', cachedInputPerMillionUsd: '0.10', outputPerMillionUsd: '1.60' }
  const own = defaultPriceBook({ overrides: { 'scripted/demo': price, 'openai/o3': price } })
  const given = { promptTokens: 1000, cachedPromptTokens: 0, completionTokens: 100, reasoningTokens: 0 }
  assert.equal(own.costOf('scripted/demo', given).microUsd, 560)
  assert.equal(own.costOf('openai/o3', given).microUsd, 560)
  assert.match(own.version, /with own prices/)
})

test('every price of the list can be read, whichever of them is asked for first', () => {
  const { models = [] } = findProvider({ providerId: 'openai' }) ?? {}
  const plain = models.filter(({ prices }) => 'input_mtok' in prices && 'output_mtok' in prices)
  assert.ok(plain.length > 20)
  for (const { id } of plain) assert.ok(book.worstCase(`openai/${id}`, 1000, 1000) >= 0, id)
})
