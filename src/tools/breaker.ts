/**
 * A circuit breaker: after failures in a row the tool is left alone for a while, then one call may try.
 *
 *   closed ──failures in a row──▶ open ──cool-down over──▶ half open ──success──▶ closed
 *                                  ▲                           │
 *                                  └─────────failure───────────┘
 *
 * Pure. What is worth recording comes back as an event; the caller keeps the state.
 */
import type { CallOutcome } from './call-tool.ts'
import type { Tool } from './tool.ts'

export type Breaker =
  | { readonly status: 'closed'; readonly failures: number }
  /** Until when, in milliseconds since 1970. */
  | { readonly status: 'open'; readonly until: number }
  /** One call is trying; another may try from `until`, should the first never be heard of. */
  | { readonly status: 'half_open'; readonly until: number }

export type BreakerEvent = 'opened' | 'half_open' | 'closed'

export interface BreakerStep {
  readonly breaker: Breaker
  /** The change that should be recorded, if there is one. */
  readonly event?: BreakerEvent
}

export type Admission =
  | (BreakerStep & { readonly admitted: true })
  | { readonly admitted: false; readonly retryAt: number }

type Policy = Tool['breaker']

export const closedBreaker: Breaker = { status: 'closed', failures: 0 }

/** May a call go out now? The one that is let through by a resting breaker is the trial. */
export function admit(breaker: Breaker, { coolDownMs }: Policy, now: number): Admission {
  if (breaker.status === 'closed') return { admitted: true, breaker }
  if (now < breaker.until) return { admitted: false, retryAt: breaker.until }
  const trial: Breaker = { status: 'half_open', until: now + coolDownMs }
  return { admitted: true, breaker: trial, ...(breaker.status === 'open' && { event: 'half_open' as const }) }
}

/** What a call's end means. While the breaker is open, ends of calls from before say nothing new. */
export function record(breaker: Breaker, policy: Policy, health: Health, now: number): BreakerStep {
  if (health === 'neither' || breaker.status === 'open') return { breaker }
  if (health === 'failed') return recordFailure(breaker, policy, now)
  return breaker.status === 'half_open' ? { breaker: closedBreaker, event: 'closed' } : { breaker: closedBreaker }
}

function recordFailure(breaker: Breaker, { failures, coolDownMs }: Policy, now: number): BreakerStep {
  const inARow = breaker.status === 'closed' ? breaker.failures + 1 : failures
  if (inARow < failures) return { breaker: { status: 'closed', failures: inARow } }
  return { breaker: { status: 'open', until: now + coolDownMs }, event: 'opened' }
}

export type Health = 'answered' | 'failed' | 'neither'

/** A refusal is an answer: the tool is well. What we cut short ourselves says nothing of it. */
export function healthOf(outcome: CallOutcome): Health {
  switch (outcome.ended) {
    case 'returned':
      return 'answered'
    case 'rejected_output':
      return 'failed'
    case 'not_committed':
      if (!outcome.sent) return 'neither'
      return outcome.retryable ? 'failed' : 'answered'
    case 'failed':
      if (outcome.why === 'aborted') return 'neither'
      return outcome.retryable ? 'failed' : 'answered'
    case 'unknown':
      return outcome.why === 'aborted' ? 'neither' : 'failed'
  }
}
