import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allowToolCalls, allowTurn, type RunBounds, type RunSpending, type TurnPrice } from './run-budget.ts'

const nothingSpent: RunSpending = {
  activeMs: 0,
  turns: 0,
  toolCalls: 0,
  promptTokens: 0,
  completionTokens: 0,
  costMicroUsd: 0,
}
const price = (promptTokens: number): TurnPrice => ({
  promptTokens,
  cost: (prompt, completion) => prompt * 2 + completion * 8,
})
const turn = (bounds: RunBounds, spent: Partial<RunSpending> = {}, wanted = 1000) =>
  allowTurn(bounds, { ...nothingSpent, ...spent }, price(100), wanted)

test('a run without bounds gets the turn that it wants', () => {
  assert.deepEqual(turn({}), { afford: true, promptTokens: 100, completionTokens: 1000, costMicroUsd: 8200 })
})

test('each bound is met before it is broken, and the refusal names it as the page does', () => {
  const cases: readonly [RunBounds, Partial<RunSpending>, string][] = [
    [{ turns: 8 }, { turns: 8 }, 'max_steps'],
    [{ activeMs: 90_000 }, { activeMs: 90_000 }, 'max_wall_clock_seconds'],
    [{ promptTokens: 12_000 }, { promptTokens: 11_901 }, 'max_prompt_tokens'],
    [{ completionTokens: 1500 }, { completionTokens: 1485 }, 'max_completion_tokens'],
    [{ costMicroUsd: 10_000 }, { costMicroUsd: 9700 }, 'max_cost_usd'],
    [{ costMicroUsd: 10_000 }, { costMicroUsd: 9999 }, 'max_cost_usd'],
  ]
  for (const [bounds, spent, bound] of cases) assert.deepEqual(turn(bounds, spent), { afford: false, bound })
})

test('what just fits is allowed', () => {
  assert.ok(turn({ turns: 8 }, { turns: 7 }).afford)
  assert.ok(turn({ activeMs: 90_000 }, { activeMs: 89_999 }).afford)
  assert.ok(turn({ promptTokens: 12_000 }, { promptTokens: 11_900 }).afford)
  assert.ok(turn({ completionTokens: 1500 }, { completionTokens: 1484 }).afford)
  assert.ok(turn({ costMicroUsd: 10_000 }, { costMicroUsd: 10_000 - 200 - 16 * 8 }).afford)
})

test('the completion shrinks to the tokens and to the money that are left', () => {
  const byTokens = turn({ completionTokens: 1500 }, { completionTokens: 1100 })
  assert.ok(byTokens.afford && byTokens.completionTokens === 400)
  const byMoney = turn({ costMicroUsd: 10_000 }, { costMicroUsd: 9000 })
  assert.deepEqual(byMoney, { afford: true, promptTokens: 100, completionTokens: 100, costMicroUsd: 1000 })
})

test('tool calls are bounded for the run, and none begins when its time is over', () => {
  const calls = (bounds: RunBounds, spent: Partial<RunSpending>, more: number) =>
    allowToolCalls(bounds, { ...nothingSpent, ...spent }, more)
  assert.equal(calls({ toolCalls: 5 }, { toolCalls: 3 }, 2), undefined)
  assert.equal(calls({ toolCalls: 5 }, { toolCalls: 3 }, 3), 'max_tool_calls')
  assert.equal(calls({ activeMs: 1000 }, { activeMs: 1000 }, 1), undefined)
  assert.equal(calls({ activeMs: 1000 }, { activeMs: 1001 }, 1), 'max_wall_clock_seconds')
  assert.equal(calls({}, { toolCalls: 1000, activeMs: 1e9 }, 1000), undefined)
})

const most = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined })
const bounds: fc.Arbitrary<RunBounds> = fc
  .record({ turns: fc.integer({ min: 0, max: 6 }), promptTokens: most, completionTokens: most, costMicroUsd: most })
  .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)))
const asked = fc.record({
  promptTokens: fc.integer({ min: 1, max: 80 }),
  wanted: fc.integer({ min: 16, max: 200 }),
  rates: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
  used: fc.integer({ min: 0, max: 100 }),
})

test('no sequence of turns spends more than its bounds, whatever part of each reservation it uses', () => {
  let turns = 0
  const property = fc.property(bounds, fc.array(asked, { maxLength: 12 }), (bounds, turnsAsked) => {
    let spent = nothingSpent
    for (const { promptTokens, wanted, rates, used } of turnsAsked) {
      const cost = (prompt: number, completion: number) => Math.ceil((prompt * rates[0] + completion * rates[1]) / 2)
      const allowance = allowTurn(bounds, spent, { promptTokens, cost }, wanted)
      if (!allowance.afford) continue
      turns += 1
      assert.ok(allowance.completionTokens <= wanted && allowance.completionTokens >= 16)
      assert.equal(allowance.costMicroUsd, cost(promptTokens, allowance.completionTokens))
      const completion = Math.floor((allowance.completionTokens * used) / 100)
      spent = {
        ...spent,
        turns: spent.turns + 1,
        promptTokens: spent.promptTokens + promptTokens,
        completionTokens: spent.completionTokens + completion,
        costMicroUsd: spent.costMicroUsd + cost(promptTokens, completion),
      }
    }
    for (const name of ['turns', 'promptTokens', 'completionTokens', 'costMicroUsd'] as const) {
      assert.ok(spent[name] <= (bounds[name] ?? Number.POSITIVE_INFINITY), `${name}: ${spent[name]} of ${bounds[name]}`)
    }
  })
  fc.assert(property, { numRuns: 1000 })
  assert.ok(turns > 500, `only ${turns} turns were allowed`)
})

test('the completion that money allows is the largest that fits', () => {
  const property = fc.property(
    fc.integer({ min: 0, max: 5000 }),
    asked,
    (costMicroUsd, { promptTokens, wanted, rates }) => {
      const cost = (prompt: number, completion: number) => prompt * rates[0] + completion * rates[1]
      const allowance = allowTurn({ costMicroUsd }, nothingSpent, { promptTokens, cost }, wanted)
      if (!allowance.afford) assert.ok(cost(promptTokens, 16) > costMicroUsd)
      else if (allowance.completionTokens < wanted) {
        assert.ok(cost(promptTokens, allowance.completionTokens + 1) > costMicroUsd)
      }
    },
  )
  fc.assert(property, { numRuns: 1000 })
})
