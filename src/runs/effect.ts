/**
 * What became of a write in the world, from the outcomes of its attempts.
 *
 *   dispatched (attempt n) ─▶ committed        any attempt is
 *                          ─▶ not_committed    every attempt is
 *                          ─▶ unknown          otherwise: open until an outcome, a verify or a named person ends it
 */
import type { PayloadRef } from '../ledger/event.ts'
import type { EffectDispatched, EffectStatus } from './events.ts'

export type AttemptOutcome = 'open' | 'committed' | 'not_committed' | 'unknown'

export interface Effect {
  readonly id: string
  readonly action: string
  readonly key: string
  /** Of the arguments: the same action proposed again is known by it. */
  readonly digest: string
  /** Of each attempt, the first at index 0. */
  readonly attempts: readonly AttemptOutcome[]
  /** How many of them were not answered in time. */
  readonly timedOut: number
  readonly last: EffectDispatched
  readonly retryable: boolean
  readonly output?: 'accepted' | 'rejected' | 'unseen'
  readonly result?: PayloadRef
  /** What its action was judged on: the arguments among it. */
  readonly judged: PayloadRef | undefined
  /** Nothing more is sent by this run. */
  readonly givenUp: boolean
  /** When the system of record is asked again, and how often it was after the effect was given up. */
  readonly lookAt: number | undefined
  readonly looks: number
}

export function effectStatus(attempts: readonly AttemptOutcome[]): EffectStatus {
  if (attempts.includes('committed')) return 'committed'
  if (attempts.includes('open')) return 'dispatched'
  return attempts.every((outcome) => outcome === 'not_committed') ? 'not_committed' : 'unknown'
}

/** Nobody knows what became of it, and it may still be sent again. */
export const isUnclear = ({ attempts, givenUp }: Effect): boolean => effectStatus(attempts) === 'unknown' && !givenUp

/** Whoever it was sent to said nothing, however often it was sent. */
export const isSilent = ({ attempts, timedOut }: Effect): boolean => timedOut === attempts.length

/** Outcomes belong to attempts: a no to attempt 2 says nothing of attempt 1. What is committed stays so. */
export function withOutcome(effect: Effect, attempt: number, outcome: AttemptOutcome): Effect {
  const attempts = effect.attempts.map((known, index) => (index === attempt - 1 ? then(known, outcome) : known))
  return { ...effect, attempts }
}

const then = (known: AttemptOutcome, outcome: AttemptOutcome): AttemptOutcome =>
  known === 'committed' ? known : outcome

/** The system of record was asked and knows nothing of the key, after everything sent had time to settle. */
export function withAbsence(effect: Effect): Effect {
  return { ...effect, attempts: effect.attempts.map((known) => then(known, 'not_committed')) }
}

/** What the whole effect is after one more outcome. */
export const statusAfter = (effect: Effect | undefined, attempt: number, outcome: AttemptOutcome): EffectStatus =>
  effect ? effectStatus(withOutcome(effect, attempt, outcome).attempts) : outcome === 'open' ? 'dispatched' : outcome
