/** A write: each time that it was sent, and everything that was said of it. */
import type { Json } from '../json.ts'
import { effectStatus } from '../runs/effect.ts'
import type { EffectDispatched, EffectGivenUp, RunEvent } from '../runs/events.ts'
import type { TraceSource } from './trace-source.ts'

export interface TracedEffect {
  /** How it was sent first. */
  readonly sent: EffectDispatched
  readonly effect: string
  readonly key: string
  readonly approval: string | undefined
  status: 'dispatched' | 'committed' | 'not_committed' | 'unknown'
  readonly attempts: TracedAttempt[]
  /** Everything that was said of its attempts, in the order in which it was. */
  readonly outcomes: TracedOutcome[]
  result?: Json
  output?: string
  doubled?: string
  settledBy?: string
  /** Nothing more is sent, and what became of it is not known. */
  givenUp?: { readonly lookAt: number | undefined }
}

export interface TracedAttempt {
  readonly attempt: number
  readonly at: number
  readonly deadline: number
  outcome: 'open' | 'committed' | 'not_committed' | 'unknown'
  why?: string
  /** In the words of the tool, where it did not go through. */
  said?: string
  settledAt?: number
}

export interface TracedOutcome {
  readonly at: number
  readonly attempt: number
  /** How many had been sent by then. */
  readonly sent: number
  readonly outcome: 'committed' | 'not_committed' | 'unknown' | 'given_up'
  /** Why it is unknown, or who said so; of what was given up, how the effect stood by then. */
  readonly said: string
  /** The model had been told by then, or the run had ended. */
  readonly late: boolean
}

export function addAttempt(effects: TracedEffect[], sent: EffectDispatched, at: number): void {
  const { effect: id, key, approval, attempt, deadline } = sent
  let effect = effects.find((candidate) => candidate.effect === id)
  if (!effect) {
    effect = { sent, effect: id, key, approval, status: 'dispatched', attempts: [], outcomes: [] }
    effects.push(effect)
  }
  effect.status = 'dispatched'
  effect.attempts.push({ attempt, at, deadline, outcome: 'open' })
}

export type EffectEnded = Extract<RunEvent, { type: 'effect.committed' | 'effect.not_committed' | 'effect.unknown' }>

export function settleAttempt(effect: TracedEffect, event: EffectEnded, late: boolean, source: TraceSource): void {
  const { at, body } = event
  const outcome = outcomeOf(event)
  const said = 'why' in body ? body.why : body.by
  effect.outcomes.push({ at, attempt: body.attempt, sent: effect.attempts.length, outcome, said, late })
  for (const attempt of attemptsMeant(effect, event)) {
    attempt.outcome = outcome
    attempt.settledAt = at
    if (event.type === 'effect.unknown') attempt.why = event.body.why
    else delete attempt.why
  }
  quoteTool(effect, event, source)
  effect.status = effectStatus(effect.attempts.map((attempt) => attempt.outcome))
  if (effect.status !== 'unknown') delete effect.givenUp
  if (event.type !== 'effect.unknown') effect.settledBy = event.body.by
  if (event.type === 'effect.committed') commit(effect, event, source)
}

function quoteTool(effect: TracedEffect, { body }: EffectEnded, source: TraceSource): void {
  const reason = 'reason' in body && body.reason && source.content(body.reason)
  const last = effect.attempts.find(({ attempt }) => attempt === body.attempt)
  if (last && typeof reason === 'string') last.said = reason
}

function commit(
  effect: TracedEffect,
  { body }: Extract<EffectEnded, { type: 'effect.committed' }>,
  source: TraceSource,
): void {
  effect.output = body.output
  if (body.doubled !== undefined) effect.doubled = body.doubled
  const result = body.result && source.content(body.result)
  if (result !== undefined) effect.result = result
}

/** Said once, however often the system of record is asked again afterwards. */
export function giveUp(effect: TracedEffect, body: EffectGivenUp, at: number, late: boolean): void {
  const { attempt, look_at: lookAt } = body
  const sent = effect.attempts.length
  if (!effect.givenUp) effect.outcomes.push({ at, attempt, sent, outcome: 'given_up', said: effect.status, late })
  if (effect.status === 'unknown') effect.givenUp = { lookAt }
}

const outcomeOf = ({ type }: EffectEnded) =>
  type === 'effect.committed' ? 'committed' : type === 'effect.unknown' ? 'unknown' : 'not_committed'

/** `verify` and a person's settlement say of the whole effect that it is not there, not of one attempt. */
function attemptsMeant(effect: TracedEffect, event: EffectEnded): readonly TracedAttempt[] {
  const ofAll = event.type === 'effect.not_committed' && ['verify', 'settlement'].includes(event.body.by)
  return effect.attempts.filter(({ attempt }) => ofAll || attempt === event.body.attempt)
}
