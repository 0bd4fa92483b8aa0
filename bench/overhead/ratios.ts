/** Figures of interleaved rounds beside each other: each ratio is taken within its round, then the middle and the lowest. */
import type { Figures } from './contestants.ts'

/** By contestant, one entry for each round. */
export type Rounds = Readonly<Record<string, readonly Figures[]>>

export interface Ratio {
  readonly median: number
  readonly low: number
}

/** How the figure of one contestant stands beside the best figure of others; nothing where there are no others. */
export function overBest(rounds: Rounds, own: Figure, others: readonly Figure[]): Ratio | null {
  const theirs = others.filter(({ name }) => (rounds[name]?.length ?? 0) > 0)
  if (theirs.length === 0) return null
  const ratios = (rounds[own.name] ?? []).map((_, round) => {
    const best = Math.max(...theirs.flatMap((figure) => at(rounds, figure, round)))
    return Math.max(...at(rounds, own, round)) / best
  })
  return ratios.length === 0 ? null : { median: median(ratios), low: Math.min(...ratios) }
}

/** Figures of one contestant, of which the best counts. */
export interface Figure {
  readonly name: string
  readonly of: readonly string[]
}

const at = (rounds: Rounds, { name, of }: Figure, round: number): readonly number[] =>
  of.map((key) => rounds[name]?.[round]?.[key] ?? 0)

export const medianOf = (rounds: Rounds, name: string, key: string): number =>
  median((rounds[name] ?? []).map((figures) => figures[key] ?? 0))

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

/** The smallest number that so many of a hundred do not exceed. */
export function percentile(numbers: readonly number[], hundredth: number): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil((hundredth / 100) * sorted.length) - 1)] ?? 0
}
