import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readUsage } from './usage.ts'

const none = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined }
const silent = { total: undefined, text: undefined, reasoning: undefined }
const estimate = { promptTokens: 11, completionTokens: 7 }

test('a total that is missing is the sum of its parts', () => {
  const usage = readUsage(
    {
      inputTokens: { ...none, noCache: 10, cacheRead: 5, cacheWrite: 2 },
      outputTokens: { ...silent, text: 3, reasoning: 4 },
    },
    estimate,
  )
  assert.deepEqual(usage, {
    promptTokens: 17,
    cachedPromptTokens: 5,
    cacheWritePromptTokens: 2,
    completionTokens: 7,
    reasoningTokens: 4,
  })
})

test('reasoning that a provider reports beside the completion is added to it, once', () => {
  const beside = readUsage(
    { inputTokens: { ...none, total: 1 }, outputTokens: { ...silent, total: 10, reasoning: 25 } },
    estimate,
  )
  assert.deepEqual([beside.completionTokens, beside.reasoningTokens], [35, 25])
  const within = readUsage(
    { inputTokens: { ...none, total: 1 }, outputTokens: { ...silent, total: 25, reasoning: 25 } },
    estimate,
  )
  assert.deepEqual([within.completionTokens, within.reasoningTokens], [25, 25])
})

test('where only one side is reported the other is estimated, and the usage says so', () => {
  const usage = readUsage({ inputTokens: { ...none, total: 100 }, outputTokens: silent }, estimate)
  assert.deepEqual(usage, {
    promptTokens: 100,
    cachedPromptTokens: 0,
    completionTokens: 7,
    reasoningTokens: 0,
    estimated: true,
  })
  assert.deepEqual(readUsage(undefined, estimate).promptTokens, 11)
})

test('whatever is reported, counts are whole, not negative, and no part exceeds its total', () => {
  const count = fc.option(fc.oneof(fc.nat(), fc.double(), fc.constantFrom(-1, Number.NaN, 1e300)), { nil: undefined })
  const reported = fc.record({
    inputTokens: fc.record({ total: count, noCache: count, cacheRead: count, cacheWrite: count }),
    outputTokens: fc.record({ total: count, text: count, reasoning: count }),
  })
  fc.assert(
    fc.property(reported, (given) => {
      const usage = readUsage(given, estimate)
      const { estimated, cacheWritePromptTokens = 0, ...counts } = usage
      for (const value of Object.values({ ...counts, cacheWritePromptTokens })) {
        assert.ok(Number.isSafeInteger(value) && value >= 0, JSON.stringify(usage))
      }
      assert.ok(usage.cachedPromptTokens + cacheWritePromptTokens <= usage.promptTokens, JSON.stringify(usage))
      assert.ok(usage.reasoningTokens <= usage.completionTokens, JSON.stringify(usage))
    }),
  )
})
