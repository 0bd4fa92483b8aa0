/** The weekly record of an agent: the events of a `review/<environment>:<agent>:<week>` stream. Keys as they are stored. */
import type { JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'

export type { PayloadRef }

/** Of a time: how many runs it is of as denominator, and its percentiles; of anything else a numerator. */
export type ReviewedFigure = {
  readonly unit: string
  readonly numerator: number | null
  readonly denominator: number
  readonly p50?: number
  readonly p95?: number
  readonly p99?: number
}

export type ReviewedDrift = {
  readonly measure: string
  readonly against: 'last_week' | 'baseline'
  readonly before: number | null
  readonly now: number | null
  readonly z?: number
  readonly verdict: 'steady' | 'better' | 'worse' | 'too_few_runs'
}

/** Milliseconds since 1970, from the first on, up to but without the last. */
export type ReviewedSpan = { readonly from: number; readonly until: number }

export type ReviewContent = {
  readonly agent: string
  readonly environment: string
  readonly week: string
  readonly span: ReviewedSpan
  readonly baseline: ReviewedSpan
  readonly runs: number
  readonly open: number
  /** What it cost, by line, in micro-dollars. */
  readonly cost: { readonly [line: string]: number }
  readonly figures: { readonly [measure: string]: ReviewedFigure }
  readonly drifts: readonly ReviewedDrift[]
  /** Promises of the page that did not hold. */
  readonly broken: readonly string[]
}

export type ReviewOpened = ReviewContent & {
  /** SHA-256 over the canonical form of all the rest: what the owner signs. */
  readonly digest: string
}

export type ReviewSigned = {
  readonly agent: string
  readonly week: string
  readonly by: string
  readonly digest: string
  readonly note: PayloadRef | null
}

export type ReviewEvent =
  | { readonly type: 'review.opened'; readonly body: ReviewOpened }
  | { readonly type: 'review.signed'; readonly body: ReviewSigned }

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readReviewEvent = ({ type, body }: { readonly type: string; readonly body: JsonObject }): ReviewEvent =>
  ({ type, body: body as never }) as ReviewEvent
