/**
 * What happened in a run, put together from its events and the content they name: each action with how it was judged,
 * who agreed, what was sent and what came back. Content that was erased is left out; that it was there still shows.
 */
import type { ErrorCode } from '../errors.ts'
import { isJsonObject, type Json, type JsonObject, partOf } from '../json.ts'
import type { LedgerEvent, PayloadRef } from '../ledger/event.ts'
import { effectStatus } from '../runs/effect.ts'
import {
  type ActionJudged,
  type ActionProposed,
  type ActionReturned,
  type Awaited,
  type EffectDispatched,
  type EffectGivenUp,
  type RunEvent,
  type RunStarted,
  type RunStatus,
  readRunEvent,
  type TurnAnswered,
  type TurnStarted,
  type Usage,
} from '../runs/events.ts'
import { evolve } from '../runs/evolve.ts'
import { emptyRun, type Spent } from '../runs/run.ts'

export interface TraceSource {
  readonly run: string
  /** Of the run's own stream, oldest first. */
  readonly events: readonly LedgerEvent[]
  /** Opened content of the run's stream; nothing where it is no longer kept. */
  content(ref: PayloadRef): Json | undefined
  /** Events of the approval and handoff streams that the run waited for, by stream. */
  readonly beside: ReadonlyMap<string, readonly LedgerEvent[]>
}

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

export interface TracedTurn {
  readonly turn: number
  readonly at: number
  readonly model: string
  /** What it might cost at most. */
  readonly reserved: Usage
  /** When it was answered, or known to have failed. */
  endedAt?: number
  /** Of an answer that never came: all that was reserved. */
  usage?: Usage & Partial<TurnAnswered['usage']>
  finish?: string
  answeredModel?: string
  identity?: string
  costMicroUsd: number
  latencyMs?: number
  failed?: ErrorCode
  /** In the words of the provider, or of what kept it from answering. */
  why?: string
  /** What the model said beside its calls. */
  said?: string
  calls: number
}

export interface TracedAction {
  readonly proposed: ActionProposed
  readonly at: number
  /** Validated arguments; nothing where they could not be read or are no longer kept. */
  readonly input: JsonObject | undefined
  readonly intent: Json | undefined
  /** What the model wrote, where it could not be read. */
  readonly source: string | undefined
  readonly judgements: TracedJudgement[]
  readonly waits: TracedWait[]
  readonly effects: TracedEffect[]
  returned?: ActionReturned & { readonly at: number; readonly content: Json | undefined }
  /** Its share of what its turn's model call cost. */
  costMicroUsd: number
}

export interface TracedJudgement extends ActionJudged {
  readonly at: number
  /** Arguments, facts, subjects, check and evidence that were judged; nothing where they are no longer kept. */
  readonly gathered: JsonObject | undefined
  readonly detail: Json | undefined
}

export interface TracedWait {
  readonly awaits: Awaited
  readonly id: string
  readonly at: number
  readonly until: number | undefined
  outcome?: string
  wokenAt?: number
  /** Who signed, denied, edited, resolved or returned it. */
  by: readonly string[]
  /** How many of each group signed. */
  signatures?: { readonly [group: string]: number }
  group?: string
  reason?: Json
  message?: Json
}

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
    case 'turn.failed':
      endTurn(trace, event, source)
      break
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
    case 'effect.dispatched':
      addAttempt(trace, event.body, event.at)
      break
    case 'effect.committed':
    case 'effect.not_committed':
    case 'effect.unknown':
      settleAttempt(trace, event, source)
      break
    case 'effect.given_up':
      giveUp(trace, event.body, event.at)
      break
    case 'run.waiting': {
      const { awaits, id, action, until } = event.body
      const waits = (action === undefined ? undefined : actionOf(trace, action)?.waits) ?? trace.waits
      waits.push({ awaits, id, at: event.at, until, by: peopleOf(source, awaitedStream(awaits, id)) })
      break
    }
    case 'run.woken':
      endWait(trace, event, source)
      break
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

const newTurn = ({ turn, model, reserved }: TurnStarted, at: number): TracedTurn => ({
  turn,
  at,
  model,
  reserved,
  costMicroUsd: 0,
  calls: 0,
})

function endTurn(
  trace: Drawing,
  event: Extract<RunEvent, { type: 'turn.answered' | 'turn.failed' }>,
  source: TraceSource,
): void {
  const turn = trace.turns.findLast((candidate) => candidate.turn === event.body.turn)
  if (!turn) return
  turn.endedAt = event.at
  turn.usage = event.body.usage
  turn.costMicroUsd = event.body.usage.cost_micro_usd
  if (event.type === 'turn.failed') {
    turn.failed = event.body.code
    const why = event.body.why && source.content(event.body.why)
    if (typeof why === 'string') turn.why = why
    return
  }
  const { answered_model: answered, identity, latency_ms: latency, calls, finish, answer } = event.body
  if (answered !== undefined) turn.answeredModel = answered
  turn.identity = identity
  turn.latencyMs = latency
  turn.calls = calls
  turn.finish = finish
  const said = partOf(source.content(answer), 'text')
  if (typeof said === 'string') turn.said = said
}

function newAction(proposed: ActionProposed, at: number, source: TraceSource): TracedAction {
  const content = source.content(proposed.arguments)
  const written = partOf(content, 'source')
  return {
    proposed,
    at,
    input: objectIn(content, 'input'),
    intent: partOf(content, 'intent'),
    source: typeof written === 'string' ? written : undefined,
    judgements: [],
    waits: [],
    effects: [],
    costMicroUsd: 0,
  }
}

function newJudgement(judged: ActionJudged, at: number, source: TraceSource): TracedJudgement {
  const content = judged.judged && source.content(judged.judged)
  return { ...judged, at, gathered: objectIn(content, 'gathered'), detail: partOf(content, 'detail') ?? undefined }
}

function addAttempt(trace: Drawing, sent: EffectDispatched, at: number): void {
  const action = actionOf(trace, sent.action)
  if (!action) return
  let effect = action.effects.find((candidate) => candidate.effect === sent.effect)
  if (!effect) {
    effect = {
      sent,
      effect: sent.effect,
      key: sent.key,
      approval: sent.approval,
      status: 'dispatched',
      attempts: [],
      outcomes: [],
    }
    action.effects.push(effect)
  }
  effect.status = 'dispatched'
  effect.attempts.push({ attempt: sent.attempt, at, deadline: sent.deadline, outcome: 'open' })
}

type EffectEnded = Extract<RunEvent, { type: 'effect.committed' | 'effect.not_committed' | 'effect.unknown' }>

function settleAttempt(trace: Drawing, event: EffectEnded, source: TraceSource): void {
  const effect = effectOf(trace, event.body.effect)
  if (!effect) return
  const outcome = outcomeOf(event)
  const why = 'why' in event.body ? event.body.why : event.body.by
  noteOutcome(effect, event.at, event.body.attempt, outcome, why, isLate(trace, effect))
  for (const attempt of attemptsMeant(effect, event)) {
    attempt.outcome = outcome
    attempt.settledAt = event.at
    if (event.type === 'effect.unknown') attempt.why = event.body.why
    else delete attempt.why
  }
  const said = 'reason' in event.body && event.body.reason && source.content(event.body.reason)
  const last = effect.attempts.find(({ attempt }) => attempt === event.body.attempt)
  if (last && typeof said === 'string') last.said = said
  effect.status = effectStatus(effect.attempts.map((attempt) => attempt.outcome))
  if (effect.status !== 'unknown') delete effect.givenUp
  if (event.type === 'effect.unknown') return
  effect.settledBy = event.body.by
  if (event.type !== 'effect.committed') return
  effect.output = event.body.output
  if (event.body.doubled !== undefined) effect.doubled = event.body.doubled
  const result = event.body.result && source.content(event.body.result)
  if (result !== undefined) effect.result = result
}

/** Said once, however often the system of record is asked again afterwards. */
function giveUp(trace: Drawing, { effect: id, attempt, look_at: lookAt }: EffectGivenUp, at: number): void {
  const effect = effectOf(trace, id)
  if (!effect) return
  if (!effect.givenUp) noteOutcome(effect, at, attempt, 'given_up', effect.status, isLate(trace, effect))
  if (effect.status === 'unknown') effect.givenUp = { lookAt }
}

function noteOutcome(
  effect: TracedEffect,
  at: number,
  attempt: number,
  outcome: TracedOutcome['outcome'],
  said: string,
  late: boolean,
): void {
  effect.outcomes.push({ at, attempt, sent: effect.attempts.length, outcome, said, late })
}

const isLate = (trace: Drawing, { sent }: TracedEffect): boolean =>
  trace.isOver || actionOf(trace, sent.action)?.returned !== undefined

const effectOf = (trace: Drawing, id: string): TracedEffect | undefined =>
  trace.actions.flatMap(({ effects }) => effects).find(({ effect }) => effect === id)

const outcomeOf = ({ type }: EffectEnded) =>
  type === 'effect.committed' ? 'committed' : type === 'effect.unknown' ? 'unknown' : 'not_committed'

/** `verify` and a person's settlement say of the whole effect that it is not there, not of one attempt. */
function attemptsMeant(effect: TracedEffect, event: EffectEnded): readonly TracedAttempt[] {
  const ofAll = event.type === 'effect.not_committed' && ['verify', 'settlement'].includes(event.body.by)
  return effect.attempts.filter(({ attempt }) => ofAll || attempt === event.body.attempt)
}

function endWait(trace: Drawing, { at, body }: Extract<RunEvent, { type: 'run.woken' }>, source: TraceSource): void {
  const waits = [...trace.waits, ...trace.actions.flatMap((action) => action.waits)]
  const wait = waits.findLast(({ id }) => id === body.id)
  if (!wait) return
  wait.outcome = body.outcome
  wait.wokenAt = at
  if (body.by !== undefined && wait.by.length === 0) wait.by = [body.by]
  if (body.group !== undefined) wait.group = body.group
  if (body.signatures !== undefined) wait.signatures = body.signatures
  const reason = body.reason && source.content(body.reason)
  const message = body.message && source.content(body.message)
  if (reason !== undefined) wait.reason = reason
  if (message !== undefined) wait.message = message
}

/** The stream of what is waited for: a requester is asked as a group is to which a run is handed. */
export const awaitedStream = (awaits: Awaited, id: string): string =>
  `${awaits === 'requester' ? 'handoff' : awaits}/${id}`

const deedsOfPeople = [
  'approval.signed',
  'approval.granted',
  'approval.denied',
  'approval.edited',
  'handoff.resolved',
  'handoff.returned',
]

/** Who edits has signed the new question as well, and nobody else may have: such a grant alone names them. */
function peopleOf({ beside }: TraceSource, stream: string): readonly string[] {
  const deeds = (beside.get(stream) ?? []).filter(({ type }) => deedsOfPeople.includes(type))
  return [...new Set(deeds.flatMap(({ body, actor }) => namesIn(body.by) ?? actor))]
}

function namesIn(by: Json | undefined): readonly string[] | undefined {
  const names = [by].flat().filter((name) => typeof name === 'string')
  return names.length > 0 ? names : undefined
}

/** By the calls of the answer, all of which are known when the first of them is told of. */
function shareCosts({ turns, actions }: Drawing): void {
  for (const { turn, costMicroUsd, calls } of turns) {
    const own = actions.filter(({ proposed }) => proposed.turn === turn && proposed.edited_from === undefined)
    for (const action of own) action.costMicroUsd = costMicroUsd / Math.max(1, calls)
  }
}

const actionOf = (trace: Drawing, id: string): TracedAction | undefined =>
  trace.actions.findLast(({ proposed }) => proposed.action === id)

function objectIn(value: Json | undefined, name: string): JsonObject | undefined {
  const found = partOf(value, name)
  return isJsonObject(found) ? found : undefined
}
