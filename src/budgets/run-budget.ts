/**
 * Can one run afford its next step? Everything is reserved before and settled after, so a bound is met before it is
 * broken. Pure: what was spent arrives, a bound or an allowance leaves.
 */

/** Bounds of one run; absent means no bound. Money in micro-dollars. */
export interface RunBounds {
  readonly activeMs?: number
  readonly turns?: number
  readonly toolCalls?: number
  readonly promptTokens?: number
  readonly completionTokens?: number
  readonly costMicroUsd?: number
}

export interface RunSpending {
  readonly activeMs: number
  readonly turns: number
  readonly toolCalls: number
  readonly promptTokens: number
  readonly completionTokens: number
  readonly costMicroUsd: number
}

/** Names of the page, because they are what the reader of a refusal can change. */
export type Bound =
  | 'max_wall_clock_seconds'
  | 'max_steps'
  | 'max_tool_calls'
  | 'max_prompt_tokens'
  | 'max_completion_tokens'
  | 'max_cost_usd'
  | 'budgets.day'
  | 'budgets.session'

export interface TurnPrice {
  /** Tokens of the prompt as it stands, estimated from above. */
  readonly promptTokens: number
  /** Price of a prompt and so many completion tokens, micro-dollars. */
  cost(promptTokens: number, completionTokens: number): number
}

export type Allowance =
  | {
      readonly afford: true
      readonly promptTokens: number
      readonly completionTokens: number
      readonly costMicroUsd: number
    }
  | { readonly afford: false; readonly bound: Bound }

/** Fewer completion tokens than this are no answer. */
const leastCompletion = 16

/** A bound of nothing is no bound: `undefined` on the page means that nobody limited it. */
const exceeds = (value: number, bound: number | undefined): boolean => bound !== undefined && value > bound

/** What a model call may use at most; or the bound that forbids it. The completion shrinks to what is left. */
export function allowTurn(bounds: RunBounds, spent: RunSpending, price: TurnPrice, wanted: number): Allowance {
  if (exceeds(spent.turns + 1, bounds.turns)) return { afford: false, bound: 'max_steps' }
  if (exceeds(spent.activeMs + 1, bounds.activeMs)) return { afford: false, bound: 'max_wall_clock_seconds' }
  if (exceeds(spent.promptTokens + price.promptTokens, bounds.promptTokens))
    return { afford: false, bound: 'max_prompt_tokens' }
  const tokensLeft = (bounds.completionTokens ?? Number.POSITIVE_INFINITY) - spent.completionTokens
  const byTokens = Math.min(wanted, tokensLeft)
  if (byTokens < leastCompletion) return { afford: false, bound: 'max_completion_tokens' }
  const completionTokens = affordable(
    byTokens,
    price,
    (bounds.costMicroUsd ?? Number.POSITIVE_INFINITY) - spent.costMicroUsd,
  )
  if (completionTokens < leastCompletion) return { afford: false, bound: 'max_cost_usd' }
  return {
    afford: true,
    promptTokens: price.promptTokens,
    completionTokens,
    costMicroUsd: price.cost(price.promptTokens, completionTokens),
  }
}

/** The largest completion, up to `most`, whose price fits what is left; 0 when not even the prompt does. */
function affordable(most: number, price: TurnPrice, left: number): number {
  if (price.cost(price.promptTokens, most) <= left) return most
  let [fits, tooMuch] = [0, most]
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2)
    if (price.cost(price.promptTokens, middle) <= left) fits = middle
    else tooMuch = middle
  }
  return fits
}

/** Whether so many more tool calls fit. */
export function allowToolCalls(bounds: RunBounds, spent: RunSpending, more: number): Bound | undefined {
  if (exceeds(spent.toolCalls + more, bounds.toolCalls)) return 'max_tool_calls'
  if (exceeds(spent.activeMs, bounds.activeMs)) return 'max_wall_clock_seconds'
  return undefined
}
