import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideReview, foldReview, noReview, type Review, type ReviewCommand } from './review.ts'
import type { ReviewContent, ReviewEvent } from './review-events.ts'

const content: ReviewContent = {
  ...{ agent: 'billing', environment: 'dev', week: '2026-W47', runs: 3, open: 0, broken: [] },
  span: { from: 0, until: 7 },
  baseline: { from: -28, until: 0 },
  cost: { model: 10 },
  figures: { task_success: { unit: 'share', numerator: 2, denominator: 3 } },
  drifts: [],
}

const after = (...events: readonly ReviewEvent[]): Review => foldReview(events)
const opened = (change: Partial<ReviewContent> = {}) =>
  decideReview(noReview, { type: 'open', content: { ...content, ...change } })[0] ?? assert.fail('nothing was opened')

function digestOf(event: ReviewEvent): string {
  return event.type === 'review.opened' ? event.body.digest : assert.fail('it is not open')
}

const sign = (digest: string, change: Partial<Extract<ReviewCommand, { type: 'sign' }>> = {}) =>
  ({
    type: 'sign',
    by: 'ada@acme.example',
    groups: [],
    owner: 'ada@acme.example',
    digest,
    note: null,
    ...change,
  }) as const

test('a record that says the same is opened once, and one with other figures is another one', () => {
  const first = opened()
  assert.deepEqual(decideReview(after(first), { type: 'open', content }), [])
  const [second] = decideReview(after(first), { type: 'open', content: { ...content, runs: 4 } })
  assert.notEqual(second && digestOf(second), digestOf(first))
})

test('the owner signs what was shown: a person, or whoever is of the group', () => {
  const open = opened()
  const digest = digestOf(open)
  const [signed] = decideReview(after(open), sign(digest))
  assert.equal(signed?.type, 'review.signed')
  const ofGroup = sign(digest, { by: 'kit@acme.example', owner: 'billing-ops', groups: ['billing-ops'] })
  assert.equal(decideReview(after(open), ofGroup).length, 1)
})

test('nobody else signs, nothing is signed unseen, and nothing twice', () => {
  const open = opened()
  const digest = digestOf(open)
  const refused = (review: Review, command: ReviewCommand, code: string) =>
    assert.throws(() => decideReview(review, command), { code })
  refused(after(open), sign(digest, { by: 'eve@acme.example' }), 'approver_not_allowed')
  refused(after(open), sign(digest, { owner: undefined }), 'approver_not_allowed')
  refused(
    after(open),
    sign(digest, { by: 'kit@acme.example', owner: 'billing-ops', groups: ['ops'] }),
    'approver_not_allowed',
  )
  refused(after(open, opened({ runs: 4 })), sign(digest), 'approval_stale')
  refused(noReview, sign(digest), 'review_not_found')
  const [signed = assert.fail()] = decideReview(after(open), sign(digest))
  refused(after(open, signed), sign(digest), 'review_signed')
  refused(after(open, signed), { type: 'open', content: { ...content, runs: 4 } }, 'review_signed')
})
