/** What became of each payload, counted by class. */
export interface Score {
  readonly positives: number
  readonly negatives: number
  readonly found: number
  /** Near misses that were taken for what they look like. */
  readonly mistaken: number
  /** Payloads in which something else than the planted value was touched. */
  readonly disturbed: number
}

export interface Rated {
  readonly positives: number
  readonly negatives: number
  readonly precision: number
  readonly recall: number
  readonly disturbed: number
}

export const emptyScore: Score = { positives: 0, negatives: 0, found: 0, mistaken: 0, disturbed: 0 }

/** A class of which nothing was found has no precision to speak of. */
export function rate({ positives, negatives, found, mistaken, disturbed }: Score): Rated {
  const precision = found + mistaken === 0 ? 0 : found / (found + mistaken)
  return { positives, negatives, precision: round(precision), recall: round(found / Math.max(1, positives)), disturbed }
}

const round = (share: number): number => Math.round(share * 10_000) / 10_000
