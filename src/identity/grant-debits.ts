/**
 * What a dispatched effect takes from its grant and from every grant above it, so that a grant handed on ten times
 * still moves no more than the first allowed. Summed in the ledger under one key for each bound.
 */
import { CharterError } from '../errors.ts'
import { amountOf, type GrantRow, limitsOf, termsOf } from './grant.ts'

export interface Movement {
  readonly key: string
  readonly amount: number
}

export interface GrantBound {
  /** `uses:<grant>` or `grant:<grant>:<tool>:<measure>`. */
  readonly key: string
  readonly grant: string
  /** What is counted: a measure of the tool, or nothing for uses, of which every effect takes one. */
  readonly measure: string | null
  readonly max: number
  /** From the grant's issue on: longer than any grant lasts. */
  readonly withinMs: number
}

const wholeLifeMs = 36_500 * 86_400_000

/** Every bound of these grants on a call of this tool, nearest first. */
export function bounds(grants: readonly GrantRow[], tool: string): readonly GrantBound[] {
  return grants.flatMap((row) => {
    const { grant, uses } = row
    const ofTool = limitsOf(termsOf(row), tool).map(({ measure, max }) => ({
      key: `grant:${grant}:${tool}:${measure}`,
      grant,
      measure,
      max,
      withinMs: wholeLifeMs,
    }))
    if (uses === null) return ofTool
    return [{ key: `uses:${grant}`, grant, measure: null, max: uses, withinMs: wholeLifeMs }, ...ofTool]
  })
}

/**
 * One movement for each bound, by what the action moves. Throws `grant_invalid` where a bounded measure is not among
 * them: `coverage` refuses such an action before.
 */
export function debits(
  grants: readonly GrantRow[],
  tool: string,
  measures: Readonly<Record<string, number>>,
): readonly Movement[] {
  return bounds(grants, tool).map(({ key, measure }) => {
    const amount = measure === null ? 1 : amountOf(measures, measure)
    if (amount !== undefined) return { key, amount }
    throw new CharterError(
      'grant_invalid',
      `the grant limits \`${measure}\` of \`${tool}\`, which the action does not say`,
    )
  })
}

/** The first bound that these movements would break, given what moved under each key before. */
export function brokenBound(
  bounds: readonly GrantBound[],
  moves: readonly Movement[],
  movedBefore: (bound: GrantBound) => number,
): GrantBound | undefined {
  const amounts = new Map(moves.map(({ key, amount }) => [key, amount]))
  return bounds.find((bound) => movedBefore(bound) + (amounts.get(bound.key) ?? 0) > bound.max)
}
