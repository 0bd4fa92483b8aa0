/**
 * A run as spans, by its events alone: the run, its turns, each call of the model, each action with what was decided,
 * waited for, called and sent. Made again they are the same, ids included. What has ended stays as it is whatever comes
 * later, so that a span may be handed out as soon as it has ended: a late outcome is a span of its own, `settlement`.
 */
import { placeOf, readTraceparent, traceIdOf } from '../runs/trace-context.ts'
import { actionSpans } from './action-spans.ts'
import { drawSpan, type Frame, peopleIn, runPlace } from './draw-span.ts'
import { pageLink } from './page-span.ts'
import type { Span, SpanNaming } from './span.ts'
import type { Trace } from './trace.ts'
import type { TracedAction } from './traced-action.ts'
import type { TracedTurn } from './traced-turn.ts'
import { waitSpan } from './wait-span.ts'

export function spansOf(trace: Trace, naming: SpanNaming): readonly Span[] {
  if (!trace.started) return []
  const frame = { trace, naming, traceId: traceIdOf(trace.run, trace.started.traceparent) }
  const turns = [...Map.groupBy(trace.turns, ({ turn }) => turn).values()]
  const actions = Map.groupBy(trace.actions, ({ proposed }) => proposed.turn)
  return [
    runSpan(frame, trace.started),
    ...turns.flatMap((calls, index) =>
      turnSpans(frame, calls, turns[index + 1]?.[0]?.at ?? trace.endedAt, actions.get(calls[0]?.turn ?? 0) ?? []),
    ),
    ...trace.waits.map((wait, index) => waitSpan(frame, wait, placeOf.wait(index + 1), runPlace, trace.endedAt)),
  ]
}

function runSpan(frame: Frame, started: NonNullable<Trace['started']>): Span {
  const { run, startedAt, endedAt, status, code, spent, recoveries, escalations } = frame.trace
  const failed = status === 'failed' || status === 'stopped' || status === 'denied' ? (code ?? status) : undefined
  const span = drawSpan(frame, {
    kind: 'run',
    of: started.agent,
    place: runPlace,
    under: runPlace,
    startedAt,
    endedAt,
    failed: endedAt === undefined ? undefined : failed,
    attributes: {
      run,
      agent: started.agent,
      environment: started.environment,
      engine: started.engine,
      release: started.release.hash,
      charter: started.charter,
      grant: started.grant,
      session: started.session,
      on_behalf_of: peopleIn(frame, [started.on_behalf_of])?.[0],
      status,
      code,
      escalations: escalations.length > 0 ? escalations.map(({ escalation }) => escalation) : undefined,
      bounds: boundsIn(escalations),
      turns: spent.turns,
      tool_calls: spent.tool_calls,
      active_ms: spent.active_ms,
      prompt_tokens: spent.prompt_tokens,
      completion_tokens: spent.completion_tokens,
      cost_micro_usd: spent.cost_micro_usd,
      recoveries,
    },
    links: [pageLink(started.environment, started.charter)],
  })
  const parentId = started.traceparent === undefined ? undefined : readTraceparent(started.traceparent)?.spanId
  return { ...span, parentId }
}

/** Bounds of the budget that were reached, such as `max_cost_usd`. */
function boundsIn(escalations: Trace['escalations']): readonly string[] | undefined {
  const bounds = escalations.flatMap(({ bound }) => (bound === undefined ? [] : [bound]))
  return bounds.length > 0 ? bounds : undefined
}

/** A turn is over when the next one begins, or the run ends: until then its actions may still be worked on. */
function turnSpans(
  frame: Frame,
  calls: readonly TracedTurn[],
  overAt: number | undefined,
  actions: readonly TracedAction[],
): readonly Span[] {
  const [first] = calls
  if (!first) return []
  const { turn, at: startedAt } = first
  const last = Math.max(
    ...calls.map(({ endedAt = overAt ?? 0 }) => endedAt),
    ...actions.map(({ returned }) => returned?.at ?? overAt ?? 0),
  )
  const place = placeOf.turn(turn)
  return [
    drawSpan(frame, {
      kind: 'turn',
      of: String(turn),
      place,
      under: runPlace,
      startedAt,
      endedAt: overAt === undefined ? undefined : last,
      attributes: { turn, actions: actions.length, cost_micro_usd: sum(calls.map(({ costMicroUsd }) => costMicroUsd)) },
    }),
    ...calls.map((call, index) => modelSpan(frame, call, place, index + 1)),
    ...actions.flatMap((action) => actionSpans(frame, action, place, overAt)),
  ]
}

function modelSpan(frame: Frame, call: TracedTurn, under: string, nth: number): Span {
  const { turn, model, reserved, usage, answeredModel, identity, finish, calls, latencyMs, failed } = call
  return drawSpan(frame, {
    kind: 'model',
    of: model,
    place: placeOf.model(turn, nth),
    under,
    startedAt: call.at,
    endedAt: call.endedAt ?? frame.trace.endedAt,
    failed,
    attributes: {
      model,
      answered_model: answeredModel,
      identity,
      finish,
      calls,
      latency_ms: latencyMs,
      code: failed,
      prompt_tokens: usage?.prompt_tokens,
      completion_tokens: usage?.completion_tokens,
      cached_prompt_tokens: usage?.cached_prompt_tokens,
      reasoning_tokens: usage?.reasoning_tokens,
      cost_micro_usd: usage?.cost_micro_usd,
      reserved_prompt_tokens: reserved?.prompt_tokens,
      reserved_completion_tokens: reserved?.completion_tokens,
      reserved_cost_micro_usd: reserved?.cost_micro_usd,
    },
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
