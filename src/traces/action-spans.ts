/** The spans of one action: what was decided, whom it waited for, what was called or sent, and what was learnt later. */
import { placeOf } from '../runs/trace-context.ts'
import { drawSpan, type Frame, peopleIn, toolName } from './draw-span.ts'
import { effectSpans } from './effect-spans.ts'
import type { Span } from './span.ts'
import type { TracedAction, TracedJudgement } from './traced-action.ts'
import { waitSpan } from './wait-span.ts'

/** `overAt`: when its turn was over, if it is. */
export function actionSpans(
  frame: Frame,
  action: TracedAction,
  under: string,
  overAt: number | undefined,
): readonly Span[] {
  const { proposed, judgements, waits, effects, returned } = action
  const place = placeOf.action(proposed.action)
  const endedAt = returned?.at ?? overAt
  return [
    actionSpan(frame, action, under, endedAt),
    ...judgements.map((judged, index) => judgementSpan(frame, action, judged, index)),
    ...waits.map((wait, index) => waitSpan(frame, wait, placeOf.waitOf(proposed.action, index + 1), place, endedAt)),
    ...callSpans(frame, action),
    ...effects.flatMap((effect) => effectSpans(frame, action, effect, endedAt)),
  ]
}

function actionSpan(frame: Frame, action: TracedAction, under: string, endedAt: number | undefined): Span {
  const { proposed, returned, judgements } = action
  return drawSpan(frame, {
    kind: 'action',
    of: toolName(proposed),
    place: placeOf.action(proposed.action),
    under,
    startedAt: action.at,
    endedAt,
    failed: returned?.outcome === 'failed' ? (returned.code ?? 'tool_failed') : undefined,
    attributes: {
      action: proposed.action,
      tool: toolName(proposed),
      tool_version: proposed.version,
      kind: proposed.kind,
      call_id: proposed.call,
      dry_run: proposed.dry_run,
      edited_from: proposed.edited_from,
      edited_by: peopleIn(frame, [proposed.edited_by?.by])?.[0],
      outcome: returned?.outcome,
      code: returned?.code,
      decision: judgements.at(-1)?.decision,
      cost_micro_usd: Math.round(action.costMicroUsd),
    },
  })
}

/** From when it could be judged: proposed, or people had answered. Reading the facts is part of it. */
function judgementSpan(frame: Frame, action: TracedAction, judged: TracedJudgement, index: number): Span {
  const { proposed, judgements, waits } = action
  const before = [action.at, judgements[index - 1]?.at ?? 0, ...waits.map(({ wokenAt = 0 }) => wokenAt)]
  return drawSpan(frame, {
    kind: 'judgement',
    of: toolName(proposed),
    place: placeOf.judgement(proposed.action, index + 1),
    under: placeOf.action(proposed.action),
    startedAt: Math.max(...before.filter((at) => at <= judged.at)),
    endedAt: judged.at,
    attributes: {
      action: proposed.action,
      tool: toolName(proposed),
      decision: judged.decision,
      code: judged.code,
      rules: judged.rules.length > 0 ? judged.rules : undefined,
      asks: judged.asks.length > 0 ? judged.asks.map(({ from, count }) => `${from}:${count}`) : undefined,
      stage: judged.stage,
      moment: judged.moment,
      charter: judged.charter,
      in_force: judged.in_force,
      policy_set: judged.policy_set,
      subjects: judged.subjects.length > 0 ? judged.subjects.map(({ id }) => id) : undefined,
    },
  })
}

/** A read that was really called. Documents that it showed make it a retrieval. */
function callSpans(frame: Frame, { proposed, judgements, returned, at }: TracedAction): readonly Span[] {
  if (!returned?.called) return []
  const documents = returned.read.filter(({ kind }) => kind === 'document').map(({ id }) => id)
  return [
    drawSpan(frame, {
      kind: documents.length > 0 ? 'retrieval' : 'call',
      of: toolName(proposed),
      place: placeOf.call(proposed.action),
      under: placeOf.action(proposed.action),
      startedAt: judgements.at(-1)?.at ?? at,
      endedAt: returned.at,
      failed: returned.outcome === 'failed' ? (returned.code ?? 'tool_failed') : undefined,
      attributes: {
        action: proposed.action,
        tool: toolName(proposed),
        tool_version: proposed.version,
        call_id: proposed.call,
        outcome: returned.outcome,
        ...(documents.length > 0 ? { documents } : { code: returned.code, timed_out: returned.timed_out }),
      },
    }),
  ]
}
