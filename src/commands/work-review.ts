/** Opens the weekly record of an agent with the figures it is given, and lets its owner sign it. */
import { decideReview, foldReview, type Review } from '../reviews/review.ts'
import { type ReviewContent, readReviewEvent } from '../reviews/review-events.ts'
import { appendDecision } from './append-decision.ts'
import type { House } from './house.ts'

/** Environments do not meet, so a week of an agent has a record in each. */
const reviewStream = ({ environment }: Pick<House, 'environment'>, agent: string, week: string): string =>
  `review/${environment}:${agent}:${week}`

export const readReview = async (house: House, agent: string, week: string): Promise<Review> =>
  foldReview((await house.ledger.read(house.tenant, reviewStream(house, agent, week))).map(readReviewEvent))

/** Throws `review_signed`. */
export async function openReview(house: House, content: ReviewContent, by: string): Promise<Review> {
  const { agent, week } = content
  await appendDecision(house, {
    stream: reviewStream(house, agent, week),
    by,
    decide: (events) => decideReview(foldReview(events.map(readReviewEvent)), { type: 'open', content }),
  })
  return readReview(house, agent, week)
}

export interface ReviewSigning {
  readonly agent: string
  readonly week: string
  readonly by: string
  readonly groups: readonly string[]
  readonly owner: string | undefined
  readonly digest: string
  readonly note: string | undefined
}

/** Throws `review_not_found`, `review_signed`, `approver_not_allowed`, `approval_stale`. */
export async function signReview(house: House, { agent, week, note, ...signing }: ReviewSigning): Promise<Review> {
  await appendDecision(house, {
    stream: reviewStream(house, agent, week),
    by: signing.by,
    content: note === undefined ? {} : { note },
    decide: (events, refs) =>
      decideReview(foldReview(events.map(readReviewEvent)), { type: 'sign', ...signing, note: refs.note ?? null }),
  })
  return readReview(house, agent, week)
}
