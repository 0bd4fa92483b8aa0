/** The spans of a write: the effect with what it rests on, each time it was sent, and what was learnt of it afterwards. */
import { effectStatus } from '../runs/effect.ts'
import { placeOf } from '../runs/trace-context.ts'
import { drawSpan, type Frame, linkTo, toolName } from './draw-span.ts'
import { pageLink } from './page-span.ts'
import type { Span, SpanLink } from './span.ts'
import type { TracedAction } from './traced-action.ts'
import type { TracedAttempt, TracedEffect, TracedOutcome } from './traced-effect.ts'

interface Closing {
  readonly at: number
  readonly status: TracedEffect['status']
  /** What was said of its attempts by then, and what was later. */
  readonly before: readonly TracedOutcome[]
  readonly after: readonly TracedOutcome[]
}

/** `overAt`: when the model was told what became of the action, or its turn was over. */
export function effectSpans(
  frame: Frame,
  action: TracedAction,
  effect: TracedEffect,
  overAt: number | undefined,
): readonly Span[] {
  const closing = closingOf(effect, overAt)
  return [
    effectSpan(frame, action, effect, closing),
    ...effect.attempts.map((attempt) => attemptSpan(frame, action, effect, attempt, closing)),
    ...(closing?.after ?? []).map((outcome, index) => settlementSpan(frame, action, effect, outcome, index)),
  ]
}

/** An effect is closed by the first thing after which nothing more is sent. */
function closingOf({ outcomes, attempts }: TracedEffect, overAt: number | undefined): Closing | undefined {
  const decisive = outcomes.findIndex(({ outcome, late }) => !late && ['committed', 'given_up'].includes(outcome))
  const firstLate = outcomes.findIndex(({ late }) => late)
  const count = decisive >= 0 ? decisive + 1 : firstLate >= 0 ? firstLate : outcomes.length
  const at = outcomes[decisive]?.at ?? overAt
  if (at === undefined) return undefined
  const before = outcomes.slice(0, count)
  const known = attempts.map(({ attempt }) => before.findLast((said) => speaksOf(said, attempt))?.outcome ?? 'open')
  const status = effectStatus(known.map((outcome) => (outcome === 'given_up' ? 'open' : outcome)))
  return { at, status, before, after: outcomes.slice(count) }
}

/** The system of record and people say of the whole effect that it is not there. */
const speaksOf = ({ attempt, outcome, said }: TracedOutcome, of: number): boolean =>
  outcome !== 'given_up' &&
  (attempt === of || (outcome === 'not_committed' && (said === 'verify' || said === 'settlement')))

function effectSpan(frame: Frame, action: TracedAction, effect: TracedEffect, closing: Closing | undefined): Span {
  const { sent, key, approval, attempts } = effect
  const committed = closing?.before.find(({ outcome }) => outcome === 'committed')
  const status = closing?.status ?? 'dispatched'
  return drawSpan(frame, {
    kind: 'effect',
    of: toolName(action.proposed),
    place: placeOf.effect(sent.action),
    under: placeOf.action(sent.action),
    startedAt: attempts[0]?.at ?? action.at,
    endedAt: closing?.at,
    failed: closing && failureOf(status),
    attributes: {
      action: sent.action,
      tool: toolName(action.proposed),
      tool_version: action.proposed.version,
      effect: effect.effect,
      key,
      risk: sent.risk,
      subject: sent.subject,
      status,
      attempts: attempts.length,
      committed_attempt: committed?.attempt,
      settled_by: committed?.said,
      approval,
      budgets: sent.moves.length > 0 ? sent.moves.map((move) => move.key) : undefined,
      amounts: sent.moves.length > 0 ? sent.moves.map((move) => move.amount) : undefined,
    },
    links: groundsOf(frame, action, effect),
  })
}

/** What a write rests on: the decision that let it go, the approval that it used, the page by which it was decided. */
function groundsOf(
  frame: Frame,
  action: TracedAction,
  { sent, approval, attempts }: TracedEffect,
): readonly SpanLink[] {
  const { judgements, waits, proposed } = action
  const sentAt = attempts[0]?.at ?? 0
  const decided = judgements.findLastIndex(({ decision, at }) => decision === 'allow' && at <= sentAt)
  const waited = approval === undefined ? -1 : waits.findIndex(({ id }) => id === approval)
  const environment = frame.trace.started?.environment ?? ''
  const judged = judgements[decided]
  const pages = judged ? new Set([judged.charter, sent.in_force ?? judged.in_force]) : []
  return [
    ...(decided >= 0 ? [linkTo(frame, 'decision', placeOf.judgement(proposed.action, decided + 1))] : []),
    ...(waited >= 0 ? [linkTo(frame, 'approval', placeOf.waitOf(proposed.action, waited + 1))] : []),
    ...[...pages].map((charter) => pageLink(environment, charter)),
  ]
}

function attemptSpan(
  frame: Frame,
  action: TracedAction,
  effect: TracedEffect,
  { attempt, at, deadline }: TracedAttempt,
  closing: Closing | undefined,
): Span {
  const first = (closing?.before ?? effect.outcomes).find((said) => speaksOf(said, attempt))
  const outcome = first?.outcome ?? 'open'
  return drawSpan(frame, {
    kind: 'attempt',
    of: toolName(action.proposed),
    place: placeOf.attempt(effect.sent.action, attempt),
    under: placeOf.effect(effect.sent.action),
    startedAt: at,
    endedAt: first?.at ?? closing?.at,
    failed: outcome === 'committed' ? undefined : failureOf(outcome),
    attributes: {
      action: effect.sent.action,
      tool: toolName(action.proposed),
      tool_version: action.proposed.version,
      call_id: action.proposed.call,
      effect: effect.effect,
      key: effect.key,
      attempt,
      deadline,
      outcome,
      said: first?.said,
    },
  })
}

/** Learnt when the effect was closed already: nothing that was handed out is changed by it. */
function settlementSpan(
  frame: Frame,
  action: TracedAction,
  effect: TracedEffect,
  { at, attempt, outcome, said }: TracedOutcome,
  index: number,
): Span {
  const under = placeOf.effect(effect.sent.action)
  return drawSpan(frame, {
    kind: 'settlement',
    of: toolName(action.proposed),
    place: placeOf.settlement(effect.sent.action, index + 1),
    under,
    startedAt: at,
    endedAt: at,
    attributes: {
      action: effect.sent.action,
      tool: toolName(action.proposed),
      effect: effect.effect,
      key: effect.key,
      attempt,
      outcome,
      said,
    },
    links: [linkTo(frame, 'effect', under)],
  })
}

const failureOf = (status: string): string | undefined => {
  if (status === 'committed') return undefined
  return status === 'not_committed' ? 'not_committed' : 'effect_unknown'
}
