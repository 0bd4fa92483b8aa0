/**
 * A run as the fold of its events. `evolve` never throws and decides nothing: the ledger is already the truth.
 * The state belongs to whoever folds and is changed in place, because a run of ten thousand actions would
 * otherwise copy its maps at every event; nothing outside the event is looked at.
 */
import type { ErrorCode } from '../errors.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { type Effect, effectStatus, withAbsence, withOutcome } from './effect.ts'
import type {
  ActionJudged,
  ActionProposed,
  ActionReturned,
  EffectDispatched,
  RunEvent,
  RunStarted,
  RunStatus,
  RunWaiting,
  RunWoken,
  TurnStarted,
  Usage,
} from './events.ts'

export interface Action {
  readonly proposed: ActionProposed
  judged?: ActionJudged
  /** People answered since it was judged: facts are gathered and judgement is asked again. */
  isStale?: boolean
  effect?: string
  approval?: {
    id: string
    outcome?: string
    digest?: string
    signatures?: Readonly<Record<string, number>>
    group?: string
    reason?: PayloadRef
  }
  returned?: ActionReturned
}

export type Said =
  | { by: 'model'; answer: PayloadRef }
  | { by: 'tool'; call: string; tool: string; result: PayloadRef; isError: boolean }
  | { by: 'person'; message: PayloadRef }

export interface Turn {
  readonly started: TurnStarted
  /** `asking` until the model answered; then its actions are worked through in order. */
  phase: 'asking' | 'acting'
  calls: number
  /** Why the model stopped; `invalid` for an answer that holds nothing. */
  finish: string
  actions: string[]
}

export interface Spent extends Usage {
  turns: number
  tool_calls: number
  active_ms: number
}

export interface Run {
  id: string
  started: RunStarted | undefined
  status: RunStatus
  code: ErrorCode | undefined
  output: PayloadRef | undefined
  spent: Spent
  /** What people added to the budget when they handed the run back. */
  extended: { turns: number; tool_calls: number; cost_micro_usd: number }
  turn: Turn | undefined
  /** Actions of the current turn. */
  actions: Map<string, Action>
  /** Effects of the current turn, and every one that is not settled. */
  effects: Map<string, Effect>
  said: Said[]
  waiting: RunWaiting | undefined
  escalated: ErrorCode | undefined
  /** Digests that people denied, let expire or edited: not asked again in this run. */
  refused: Map<string, ErrorCode>
  /** Committed writes by digest, and reads since the last write: proposed again they return this. */
  results: Map<string, { action: string; result: PayloadRef; kind: 'read' | 'write' }>
  /** Pseudonyms of everything that reads of this run brought in: what may be cited. */
  read: Set<string>
  /** Outputs of this run's successful reads by tool, for `earlier`. */
  outputs: Map<string, PayloadRef[]>
  repeats: Map<string, { answer: string; times: number }>
  /** Turns in a row in which no action succeeded, and time-outs in a row. */
  fruitless: number
  silent: number
  /** Code of the last thing that went wrong, for the reason of an escalation. */
  trouble: ErrorCode | undefined
  /** Writes of this run by how they ended, for the run's own ending. */
  writes: { committed: number; refused: number }
  toolErrors: { calls: number; errors: number }
  /** The model id that answered first: another snapshot later is a change. */
  answeredModel: string | undefined
  lastAt: number
}

export function emptyRun(id: string): Run {
  return {
    id,
    started: undefined,
    status: 'running',
    code: undefined,
    output: undefined,
    spent: { turns: 0, tool_calls: 0, active_ms: 0, prompt_tokens: 0, completion_tokens: 0, cost_micro_usd: 0 },
    extended: { turns: 0, tool_calls: 0, cost_micro_usd: 0 },
    turn: undefined,
    actions: new Map(),
    effects: new Map(),
    said: [],
    waiting: undefined,
    escalated: undefined,
    refused: new Map(),
    results: new Map(),
    read: new Set(),
    outputs: new Map(),
    repeats: new Map(),
    fruitless: 0,
    silent: 0,
    trouble: undefined,
    writes: { committed: 0, refused: 0 },
    toolErrors: { calls: 0, errors: 0 },
    answeredModel: undefined,
    lastAt: 0,
  }
}

/** People said yes to it. */
export const isSigned = ({ approval }: Action): boolean => approval?.outcome === 'granted'

export const signaturesOf = ({ approval }: Action): Readonly<Record<string, number>> =>
  approval?.outcome === 'granted' ? (approval.signatures ?? {}) : {}

export const isEnded = (run: Run): boolean => !['running', 'waiting', 'handed_off'].includes(run.status)

export function evolve(run: Run, event: RunEvent): Run {
  countActiveTime(run, event)
  switch (event.type) {
    case 'run.started':
      run.started = event.body
      break
    case 'run.recovered':
      break
    case 'turn.started':
      startTurn(run, event.body)
      break
    case 'turn.answered':
      spend(run, event.body.usage)
      run.said.push({ by: 'model', answer: event.body.answer })
      run.answeredModel ??= event.body.answered_model
      run.silent = 0
      if (run.turn) {
        run.turn.phase = 'acting'
        run.turn.calls = event.body.calls
        run.turn.finish = event.body.finish
      }
      if (event.body.calls === 0 && event.body.finish === 'invalid') {
        run.fruitless += 1
        run.trouble = 'model_failed'
      }
      break
    case 'turn.failed':
      spend(run, event.body.usage)
      run.silent = event.body.timed_out ? run.silent + 1 : run.silent
      run.fruitless += 1
      run.trouble = event.body.code
      run.turn = undefined
      break
    case 'action.proposed':
      run.actions.set(event.body.action, { proposed: event.body })
      run.turn?.actions.push(event.body.action)
      if (event.body.edited_from !== undefined) run.actions.delete(event.body.edited_from)
      if (event.body.edited_from !== undefined && run.turn)
        run.turn.actions = run.turn.actions.filter((id) => id !== event.body.edited_from)
      break
    case 'action.judged':
      judge(run, event.body)
      break
    case 'action.returned':
      returnAction(run, event.body)
      break
    case 'effect.dispatched':
      dispatch(run, event.body)
      break
    case 'effect.committed':
      settle(run, event.body.effect, (effect) => {
        const { attempt, output, result } = event.body
        return { ...withOutcome(effect, attempt, 'committed'), output, ...(result && { result }) }
      })
      break
    case 'effect.not_committed':
      settle(run, event.body.effect, (effect) => ({
        ...(event.body.by === 'verify' || event.body.by === 'settlement'
          ? withAbsence(effect)
          : withOutcome(effect, event.body.attempt, 'not_committed')),
        retryable: event.body.retryable,
      }))
      break
    case 'effect.unknown':
      settle(run, event.body.effect, (effect) => withOutcome(effect, event.body.attempt, 'unknown'))
      break
    case 'effect.given_up':
      settle(run, event.body.effect, (effect) => ({ ...effect, givenUp: true }))
      break
    case 'run.waiting':
      run.waiting = event.body
      run.status = event.body.awaits === 'handoff' ? 'handed_off' : 'waiting'
      if (event.body.action !== undefined) {
        const action = run.actions.get(event.body.action)
        if (action) action.approval = { id: event.body.id }
      }
      break
    case 'run.woken':
      wake(run, event.body)
      break
    case 'run.escalated':
      run.escalated = event.body.code
      break
    case 'run.ended':
      run.status = event.body.status
      run.code = event.body.code
      run.output = event.body.output
      run.waiting = undefined
      run.turn = undefined
      break
  }
  return run
}

/** Waits for people, timers and stops are not active time, nor is the time between a crash and its recovery. */
function countActiveTime(run: Run, event: RunEvent): void {
  const idle = run.lastAt === 0 || run.waiting !== undefined || event.type === 'run.recovered' || isEnded(run)
  if (!idle) run.spent.active_ms += Math.max(0, event.at - run.lastAt)
  run.lastAt = event.at
}

function spend(run: Run, usage: Usage): void {
  run.spent.prompt_tokens += usage.prompt_tokens
  run.spent.completion_tokens += usage.completion_tokens
  run.spent.cost_micro_usd += usage.cost_micro_usd
}

function startTurn(run: Run, started: TurnStarted): void {
  run.spent.turns += 1
  run.turn = { started, phase: 'asking', calls: 0, finish: '', actions: [] }
  run.actions.clear()
  for (const [id, effect] of run.effects) if (isSettled(effect)) run.effects.delete(id)
}

function judge(run: Run, judged: ActionJudged): void {
  const action = run.actions.get(judged.action)
  if (!action) return
  action.judged = judged
  action.isStale = false
}

function dispatch(run: Run, sent: EffectDispatched): void {
  const known = run.effects.get(sent.effect)
  const attempts = [...(known?.attempts ?? []), 'open' as const]
  run.effects.set(sent.effect, {
    id: sent.effect,
    action: sent.action,
    key: sent.key,
    attempts,
    last: sent,
    retryable: false,
    givenUp: false,
  })
  if (known === undefined) run.spent.tool_calls += 1
  const action = run.actions.get(sent.action)
  if (action) action.effect = sent.effect
  for (const [digest, result] of run.results) if (result.kind === 'read') run.results.delete(digest)
}

function settle(run: Run, id: string, change: (effect: Effect) => Effect): void {
  const effect = run.effects.get(id)
  if (effect) run.effects.set(id, change(effect))
}

const isSettled = (effect: Effect): boolean => ['committed', 'not_committed'].includes(effectStatus(effect.attempts))

function returnAction(run: Run, returned: ActionReturned): void {
  const action = run.actions.get(returned.action)
  if (!action) return
  action.returned = returned
  const { proposed } = action
  const isError = !['result', 'replayed', 'preview'].includes(returned.outcome)
  run.said.push({ by: 'tool', call: proposed.call, tool: proposed.tool, result: returned.result, isError })
  for (const subject of returned.read) run.read.add(subject.id)
  run.silent = returned.timed_out ? run.silent + 1 : 0
  if (returned.called) run.spent.tool_calls += 1
  if (isError) run.trouble = returned.code
  else run.fruitless = 0
  if (proposed.kind === 'write' && returned.outcome === 'refused') run.writes.refused += 1
  if (proposed.kind === 'write' && returned.outcome === 'result') run.writes.committed += 1
  if (returned.outcome === 'result' && proposed.kind !== undefined) {
    if (!proposed.dry_run) {
      run.results.set(proposed.digest, { action: returned.action, result: returned.result, kind: proposed.kind })
      if (proposed.kind === 'read') keepOutput(run, proposed.tool, returned.result)
    }
  }
  countRepeats(run, proposed.digest, returned)
  countToolErrors(run, returned)
  if (run.turn && isLastOfTurn(run) && isError && everyActionFailed(run)) run.fruitless += 1
}

function keepOutput(run: Run, tool: string, result: PayloadRef): void {
  const outputs = run.outputs.get(tool)
  if (outputs) outputs.push(result)
  else run.outputs.set(tool, [result])
}

function countRepeats(run: Run, digest: string, returned: ActionReturned): void {
  if (returned.outcome === 'not_attempted') return
  const known = run.repeats.get(digest)
  const times = known?.answer === returned.answer_digest ? known.times + 1 : 1
  run.repeats.set(digest, { answer: returned.answer_digest, times })
}

function countToolErrors(run: Run, returned: ActionReturned): void {
  if (!['result', 'failed'].includes(returned.outcome)) return
  run.toolErrors.calls += 1
  if (returned.outcome === 'failed') run.toolErrors.errors += 1
}

const isLastOfTurn = (run: Run): boolean => [...run.actions.values()].every((action) => action.returned !== undefined)

const everyActionFailed = (run: Run): boolean =>
  [...run.actions.values()].every(
    (action) => !['result', 'replayed', 'preview'].includes(action.returned?.outcome ?? ''),
  )

function wake(run: Run, woken: RunWoken): void {
  const action = [...run.actions.values()].find((candidate) => candidate.approval?.id === woken.id)
  if (action?.approval) {
    action.isStale = true
    const { id, outcome, digest, signatures, group, reason } = woken
    action.approval = {
      id,
      outcome,
      ...(digest !== undefined && { digest }),
      ...(signatures && { signatures }),
      ...(group !== undefined && { group }),
      ...(reason && { reason }),
    }
  }
  if (action && ['denied', 'expired', 'edited'].includes(woken.outcome))
    run.refused.set(action.proposed.digest, `approval_${woken.outcome}` as ErrorCode)
  if (woken.message !== undefined) run.said.push({ by: 'person', message: woken.message })
  run.extended.turns += woken.extends?.turns ?? 0
  run.extended.tool_calls += woken.extends?.tool_calls ?? 0
  run.extended.cost_micro_usd += woken.extends?.cost_micro_usd ?? 0
  if (woken.awaits !== 'approval') {
    run.escalated = undefined
    run.fruitless = 0
    run.silent = 0
    run.repeats.clear()
  }
  run.waiting = undefined
  run.status = 'running'
}
