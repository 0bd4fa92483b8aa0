/**
 * What happened in a run, put together from its events and the content they name: each action with how it was judged,
 * who agreed, what was sent and what came back. Content that was erased is left out; that it was there still shows.
 */
import type { ErrorCode } from '../errors.ts'
import type { Json } from '../json.ts'
import { type RunEvent, type RunStarted, type RunStatus, readRunEvent } from '../runs/events.ts'
import { evolve } from '../runs/evolve.ts'
import { emptyRun, type Spent } from '../runs/run.ts'
import type { TraceSource } from './trace-source.ts'
import { newAction, newJudgement, type TracedAction } from './traced-action.ts'
import { addAttempt, giveUp, settleAttempt, type TracedEffect } from './traced-effect.ts'
import { endTurn, newTurn, type TracedTurn } from './traced-turn.ts'
import { endWait, newWait, type TracedWait } from './traced-wait.ts'

export interface Trace {
  readonly run: string
  readonly started: RunStarted | undefined
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly lastAt: number
  readonly status: RunStatus
  readonly code: ErrorCode | undefined
  readonly input: Json | undefined
  readonly output: Json | undefined
  readonly spent: Spent
  readonly turns: readonly TracedTurn[]
  readonly actions: readonly TracedAction[]
  /** Waits for people that are about the run, not about one action. */
  readonly waits: readonly TracedWait[]
  readonly escalations: readonly TracedEscalation[]
  readonly recoveries: number
}

export interface TracedEscalation {
  readonly at: number
  readonly escalation: string
  readonly code: ErrorCode
  readonly bound: string | undefined
  readonly handoff: string | undefined
}

/** What is filled in while the events go by. */
interface Drawing extends Omit<Trace, 'turns' | 'actions' | 'waits' | 'escalations' | 'recoveries'> {
  readonly turns: TracedTurn[]
  readonly actions: TracedAction[]
  readonly waits: TracedWait[]
  readonly escalations: TracedEscalation[]
  recoveries: number
  /** The run has ended by the event that is drawn. */
  isOver: boolean
}

export function traceOf(source: TraceSource): Trace {
  const events = source.events.map(readRunEvent)
  const run = events.reduce((state, event) => evolve(state, event), emptyRun(source.run))
  const ended = events.findLast((event) => event.type === 'run.ended')
  const drawing: Drawing = {
    run: source.run,
    started: run.started,
    startedAt: events[0]?.at ?? 0,
    endedAt: ended?.at,
    lastAt: events.at(-1)?.at ?? 0,
    status: run.status,
    code: run.code,
    input: run.started && source.content(run.started.input),
    output: run.output && source.content(run.output),
    spent: run.spent,
    turns: [],
    actions: [],
    waits: [],
    escalations: [],
    recoveries: 0,
    isOver: false,
  }
  for (const event of events) draw(drawing, event, source)
  shareCosts(drawing)
  return drawing
}

function draw(trace: Drawing, event: RunEvent, source: TraceSource): void {
  switch (event.type) {
    case 'turn.started':
      trace.turns.push(newTurn(event.body, event.at))
      break
    case 'turn.answered':
    case 'turn.failed': {
      const turn = trace.turns.findLast((candidate) => candidate.turn === event.body.turn)
      if (turn) endTurn(turn, event, source)
      break
    }
    case 'action.proposed':
      trace.actions.push(newAction(event.body, event.at, source))
      break
    case 'action.judged':
      actionOf(trace, event.body.action)?.judgements.push(newJudgement(event.body, event.at, source))
      break
    case 'action.returned': {
      const action = actionOf(trace, event.body.action)
      if (action) action.returned = { ...event.body, at: event.at, content: source.content(event.body.result) }
      break
    }
    case 'effect.dispatched': {
      const action = actionOf(trace, event.body.action)
      if (action) addAttempt(action.effects, event.body, event.at)
      break
    }
    case 'effect.committed':
    case 'effect.not_committed':
    case 'effect.unknown': {
      const effect = effectOf(trace, event.body.effect)
      if (effect) settleAttempt(effect, event, isLate(trace, effect), source)
      break
    }
    case 'effect.given_up': {
      const effect = effectOf(trace, event.body.effect)
      if (effect) giveUp(effect, event.body, event.at, isLate(trace, effect))
      break
    }
    case 'run.waiting': {
      const { action } = event.body
      const waits = (action === undefined ? undefined : actionOf(trace, action)?.waits) ?? trace.waits
      waits.push(newWait(event.body, event.at, source))
      break
    }
    case 'run.woken': {
      const waits = [...trace.waits, ...trace.actions.flatMap((action) => action.waits)]
      const wait = waits.findLast(({ id }) => id === event.body.id)
      if (wait) endWait(wait, event.body, event.at, source)
      break
    }
    case 'run.escalated': {
      const { escalation, code, bound, handoff } = event.body
      trace.escalations.push({ at: event.at, escalation, code, bound, handoff })
      break
    }
    case 'run.recovered':
      trace.recoveries += 1
      break
    case 'run.ended':
      trace.isOver = true
      break
  }
}

const actionOf = (trace: Drawing, id: string): TracedAction | undefined =>
  trace.actions.findLast(({ proposed }) => proposed.action === id)

const effectOf = (trace: Drawing, id: string): TracedEffect | undefined =>
  trace.actions.flatMap(({ effects }) => effects).find(({ effect }) => effect === id)

const isLate = (trace: Drawing, { sent }: TracedEffect): boolean =>
  trace.isOver || actionOf(trace, sent.action)?.returned !== undefined

/** By the calls of the answer, all of which are known when the first of them is told of. */
function shareCosts({ turns, actions }: Drawing): void {
  for (const { turn, costMicroUsd, calls } of turns) {
    const own = actions.filter(({ proposed }) => proposed.turn === turn && proposed.edited_from === undefined)
    for (const action of own) action.costMicroUsd = costMicroUsd / Math.max(1, calls)
  }
}
