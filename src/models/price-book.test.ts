import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ModelUsage } from './model-request.ts'
import type { ModelPrice, TokenPrices } from './price.ts'
import { createPriceBook } from './price-book.ts'

const demo: ModelPrice = {
  inputPerMillionUsd: '0.40',
  cachedInputPerMillionUsd: '0.10',
  outputPerMillionUsd: '1.60',
}

const usage = (given: Partial<ModelUsage>): ModelUsage => ({
  promptTokens: 0,
  cachedPromptTokens: 0,
  completionTokens: 0,
  reasoningTokens: 0,
  ...given,
})

const bookOf = (price: ModelPrice) => createPriceBook({ version: '1', prices: { 'scripted/demo': price } })
const costOf = (price: ModelPrice, given: Partial<ModelUsage>) => bookOf(price).costOf('scripted/demo', usage(given))

test('P2 a model call costs whole micro-dollars, each line rounded up', () => {
  assert.deepEqual(
    costOf(demo, { promptTokens: 1003, cachedPromptTokens: 1, completionTokens: 1, reasoningTokens: 1 }),
    {
      microUsd: 401 + 1 + 2,
      lines: { input: 401, cachedInput: 1, output: 2 },
    },
  )
})

test('P2 a price that a float cannot hold is reckoned to the last place', () => {
  const price = { inputPerMillionUsd: '0.1', outputPerMillionUsd: '0.000000000001' }
  assert.equal(
    costOf({ ...price, inputPerMillionUsd: '0.07' }, { promptTokens: 100 }).microUsd,
    7,
    '0.07 * 100 is more than 7',
  )
  assert.equal(costOf(price, { promptTokens: 30_000_000_000_000 }).microUsd, 3_000_000_000_000)
  assert.equal(costOf(price, { completionTokens: 1_000_000_000_000 }).microUsd, 1)
  assert.equal(costOf(price, { completionTokens: 1_000_000_000_001 }).microUsd, 2)
})

test('cached and written tokens are charged once, at their own prices', () => {
  const price = { ...demo, cacheWriteInputPerMillionUsd: '0.5' }
  const cost = costOf(price, { promptTokens: 1000, cachedPromptTokens: 400, cacheWritePromptTokens: 100 })
  assert.deepEqual(cost.lines, { input: 200, cachedInput: 40, cacheWrite: 50, output: 0 })
})

test('reasoning is charged as output unless it has a price of its own', () => {
  const given = { completionTokens: 100, reasoningTokens: 60 }
  assert.deepEqual(costOf(demo, given).lines, { input: 0, cachedInput: 0, output: 160 })
  assert.deepEqual(costOf({ ...demo, reasoningPerMillionUsd: '3' }, given).lines, {
    input: 0,
    cachedInput: 0,
    output: 64,
    reasoning: 180,
  })
})

test('a long prompt puts the whole call into the dearer tier, from the token after the threshold', () => {
  const price = { ...demo, tiers: [{ abovePromptTokens: 1000, inputPerMillionUsd: '1', outputPerMillionUsd: '2' }] }
  assert.equal(costOf(price, { promptTokens: 1000, completionTokens: 10 }).microUsd, 400 + 16)
  assert.equal(costOf(price, { promptTokens: 1001, completionTokens: 10 }).microUsd, 1001 + 20)
})

test('an unknown model is refused with the nearest name, never free', () => {
  const book = bookOf(demo)
  const refused = { code: 'price_unknown', hint: /did you mean `scripted\/demo`/ }
  assert.throws(() => book.costOf('scripted/dmo', usage({})), refused)
  assert.throws(() => book.worstCase('scripted/dmo', 1, 1), refused)
  assert.throws(() => book.contentOf(['scripted/demo', 'scripted/dmo']), refused)
  assert.throws(() => book.costOf('constructor', usage({})), { code: 'price_unknown' })
})

test('a price that is no plain decimal is refused when the book is made', () => {
  for (const text of ['', '-1', '1e-7', '0,40', '.5', '1.0000000000001', 'NaN', ' 1']) {
    assert.throws(
      () => bookOf({ ...demo, outputPerMillionUsd: text }),
      { code: 'config_invalid', param: 'outputPerMillionUsd' },
      text,
    )
  }
  const tiers = [{ ...demo, abovePromptTokens: 0.5 }]
  assert.throws(() => bookOf({ ...demo, tiers }), { code: 'config_invalid', param: 'abovePromptTokens' })
})

test('a number of tokens that is not whole is a bug, and is not rounded away', () => {
  assert.throws(() => costOf(demo, { promptTokens: 1.5 }), { code: 'internal' })
  assert.throws(() => costOf(demo, { completionTokens: -1 }), { code: 'internal' })
})

test('what a release hashes holds the models asked for, and is the same however a price was written', () => {
  const prices = { b: demo, a: demo, other: demo }
  const content = createPriceBook({ version: '1', prices }).contentOf(['b', 'a', 'b'])
  assert.deepEqual(Object.keys(content), ['a', 'b'])
  const rewritten = { ...demo, inputPerMillionUsd: '0.4', cacheWriteInputPerMillionUsd: '0.400' }
  assert.deepEqual(bookOf(rewritten).contentOf(['scripted/demo']), bookOf(demo).contentOf(['scripted/demo']))
  const dearer = { ...demo, inputPerMillionUsd: '0.41' }
  assert.notDeepEqual(bookOf(dearer).contentOf(['scripted/demo']), bookOf(demo).contentOf(['scripted/demo']))
})

const decimal = fc
  .tuple(fc.nat({ max: 200 }), fc.nat({ max: 999_999 }))
  .map(([whole, part]) => `${whole}.${String(part).padStart(6, '0')}`)
const prices: fc.Arbitrary<TokenPrices> = fc.record(
  {
    inputPerMillionUsd: decimal,
    cachedInputPerMillionUsd: decimal,
    cacheWriteInputPerMillionUsd: decimal,
    outputPerMillionUsd: decimal,
    reasoningPerMillionUsd: decimal,
  },
  { requiredKeys: ['inputPerMillionUsd', 'outputPerMillionUsd'] },
)
const modelPrice: fc.Arbitrary<ModelPrice> = fc
  .tuple(prices, fc.array(fc.tuple(fc.nat({ max: 3000 }), prices), { maxLength: 3 }))
  .map(([base, tiers]) => ({
    ...base,
    tiers: tiers.map(([abovePromptTokens, tier]) => ({ abovePromptTokens, ...tier })),
  }))
const anyUsage = fc
  .record({
    plain: fc.nat({ max: 2000 }),
    cached: fc.nat({ max: 2000 }),
    written: fc.nat({ max: 2000 }),
    text: fc.nat({ max: 2000 }),
    reasoned: fc.nat({ max: 2000 }),
  })
  .map(({ plain, cached, written, text, reasoned }) =>
    usage({
      promptTokens: plain + cached + written,
      cachedPromptTokens: cached,
      cacheWritePromptTokens: written,
      completionTokens: text + reasoned,
      reasoningTokens: reasoned,
    }),
  )

test('P2 for any price and usage the lines are whole and add up to the total', () => {
  fc.assert(
    fc.property(modelPrice, anyUsage, (price, given) => {
      const { microUsd, lines } = costOf(price, given)
      const values = Object.values(lines)
      assert.ok(values.every((line) => Number.isSafeInteger(line) && line >= 0))
      assert.equal(
        values.reduce((sum, line) => sum + line, 0),
        microUsd,
      )
    }),
  )
})

test('a reservation covers whatever the call then uses, up to what was reserved for', () => {
  fc.assert(
    fc.property(modelPrice, anyUsage, fc.nat({ max: 500 }), fc.nat({ max: 500 }), (price, given, more, longer) => {
      const book = bookOf(price)
      const most = book.worstCase('scripted/demo', given.promptTokens + more, given.completionTokens + longer)
      assert.ok(book.costOf('scripted/demo', given).microUsd <= most)
    }),
    { numRuns: 500 },
  )
})

test('a reservation covers the rounding of every line that the cost may have', () => {
  const price = { inputPerMillionUsd: '0.1', outputPerMillionUsd: '0.1', reasoningPerMillionUsd: '0.1' }
  const given = usage({
    promptTokens: 3,
    cachedPromptTokens: 1,
    cacheWritePromptTokens: 1,
    completionTokens: 2,
    reasoningTokens: 1,
  })
  const book = bookOf(price)
  assert.equal(book.costOf('scripted/demo', given).microUsd, 5)
  assert.equal(book.worstCase('scripted/demo', 3, 2), 5)
})

test('a short prompt is not reserved for at the price of long ones', () => {
  const tiers = [{ abovePromptTokens: 1000, inputPerMillionUsd: '50', outputPerMillionUsd: '50' }]
  const book = bookOf({ ...demo, tiers })
  assert.equal(book.worstCase('scripted/demo', 1000, 0), 402)
  assert.equal(book.worstCase('scripted/demo', 1001, 0), 50_052)
})

test('a free model reserves nothing', () => {
  assert.equal(bookOf({ inputPerMillionUsd: '0', outputPerMillionUsd: '0' }).worstCase('scripted/demo', 100, 100), 0)
})
