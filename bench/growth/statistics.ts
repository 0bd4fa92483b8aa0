/** Times of one point, milliseconds, as two numbers; and how far they grew from the smallest point to the largest. */
export interface Spread {
  readonly samples: number
  readonly median: number
  readonly p95: number
}

export function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b)
  return { samples: sorted.length, median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) }
}

/** The nearest rank: a time that was measured, never one between two. */
function quantile(sorted: readonly number[], part: number): number {
  return round(sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN)
}

/**
 * The slowest point against the first: a cost that rises and falls again has grown all the same. Below a hundredth of
 * a millisecond nothing is told apart.
 */
export function growthOf(points: readonly number[]): number {
  const [first = Number.NaN] = points
  return round(Math.max(...points) / Math.max(first, 0.01))
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
