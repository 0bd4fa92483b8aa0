/**
 * The weekly record of an agent.
 *
 *   none ─▶ open ─▶ signed        opened again with other figures it is another record, and only the last is signed
 *
 * Pure: figures and identity arrive inside the command, facts leave as events.
 */
import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import { CharterError } from '../errors.ts'
import type { PayloadRef, ReviewContent, ReviewEvent, ReviewOpened, ReviewSigned } from './review-events.ts'

export type Review =
  | { readonly status: 'none' }
  | { readonly status: 'open'; readonly opened: ReviewOpened }
  | { readonly status: 'signed'; readonly opened: ReviewOpened; readonly signed: ReviewSigned }

export type ReviewCommand =
  | { readonly type: 'open'; readonly content: ReviewContent }
  | {
      readonly type: 'sign'
      readonly by: string
      readonly groups: readonly string[]
      /** As the page in force names them: one person, or a group. */
      readonly owner: string | undefined
      /** Of the record as it was shown. */
      readonly digest: string
      readonly note: PayloadRef | null
    }

/** A week is due to be signed by the end of the week after it. */
export const reviewDueAfterMs = 7 * 86_400_000

export const noReview: Review = { status: 'none' }

export const foldReview = (events: readonly ReviewEvent[]): Review => events.reduce(evolveReview, noReview)

function evolveReview(review: Review, event: ReviewEvent): Review {
  if (event.type === 'review.opened') return { status: 'open', opened: event.body }
  return review.status === 'none' ? review : { status: 'signed', opened: review.opened, signed: event.body }
}

/** Throws `review_signed`, `review_not_found`, `approver_not_allowed`, `approval_stale`. */
export function decideReview(review: Review, command: ReviewCommand): readonly ReviewEvent[] {
  if (review.status === 'signed') throw alreadySigned(review.signed)
  if (command.type === 'open') return open(review, command.content)
  if (review.status === 'none')
    throw new CharterError('review_not_found', 'this week has no review yet', { hint: 'charter review open' })
  const { opened } = review
  requireOwner(command, opened.agent)
  if (command.digest !== opened.digest)
    throw new CharterError('approval_stale', `the review of ${opened.week} changed since it was shown`, {
      hint: 'look at it again with `charter review show`',
    })
  const { by, digest, note } = command
  return [{ type: 'review.signed', body: { agent: opened.agent, week: opened.week, by, digest, note } }]
}

function open(review: Review, content: ReviewContent): readonly ReviewEvent[] {
  const digest = hash('sha256', canonicalJson(JSON.parse(JSON.stringify(content))), 'hex')
  if (review.status === 'open' && review.opened.digest === digest) return []
  return [{ type: 'review.opened', body: { ...content, digest } }]
}

function requireOwner({ by, groups, owner }: Extract<ReviewCommand, { type: 'sign' }>, agent: string): void {
  if (owner === undefined)
    throw new CharterError('approver_not_allowed', `the page of \`${agent}\` names no owner`, {
      hint: 'write `owner:` under `agent:`, and apply the page',
    })
  if (by.toLowerCase() === owner.toLowerCase() || groups.includes(owner)) return
  throw new CharterError('approver_not_allowed', `\`${by}\` is not \`${owner}\`, who answers for \`${agent}\``, {
    hint: `\`${owner}\` signs, or somebody of that group`,
    param: '--as',
  })
}

const alreadySigned = ({ week, by }: ReviewSigned): CharterError =>
  new CharterError('review_signed', `the review of ${week} was signed by \`${by}\``, { details: { week, by } })
