/**
 * The fold of a run's events, one small function for each. It never throws and decides nothing: the ledger is already
 * the truth. The run belongs to whoever folds and is changed in place, because a run of ten thousand actions would
 * otherwise copy its maps at every event; nothing outside the event is looked at.
 */
import type { ErrorCode } from '../errors.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { type Effect, effectStatus, withAbsence, withOutcome } from './effect.ts'
import type {
  ActionProposed,
  ActionReturned,
  EffectCommitted,
  EffectDispatched,
  EffectGivenUp,
  EffectNotCommitted,
  EffectUnknown,
  RunEnded,
  RunEvent,
  RunEventBodies,
  RunEventType,
  RunWaiting,
  RunWoken,
  TurnAnswered,
  TurnFailed,
  TurnStarted,
  Usage,
} from './events.ts'
import { isEnded, type Run } from './run.ts'

const timesOfLoop = 3

type Fold<Type extends RunEventType> = (run: Run, body: RunEventBodies[Type]) => void

const folds: { readonly [Type in RunEventType]: Fold<Type> } = {
  'run.started': (run, body) => {
    run.started = body
  },
  'run.recovered': () => {},
  'turn.started': startTurn,
  'turn.answered': answerTurn,
  'turn.failed': failTurn,
  'action.proposed': propose,
  'action.judged': (run, body) => {
    const action = run.actions.get(body.action)
    if (action) Object.assign(action, { judged: body, isStale: false })
  },
  'action.returned': returnAction,
  'effect.dispatched': dispatch,
  'effect.committed': commit,
  'effect.not_committed': notCommit,
  'effect.unknown': leaveUnknown,
  'effect.given_up': giveUp,
  'run.waiting': wait,
  'run.woken': wake,
  'run.escalated': (run, body) => {
    run.escalated = body.code
  },
  'run.ended': end,
}

export function evolve(run: Run, event: RunEvent): Run {
  countActiveTime(run, event)
  // An event of a later Charter means nothing to this one.
  const fold = folds[event.type] as ((run: Run, body: RunEvent['body']) => void) | undefined
  fold?.(run, event.body)
  return run
}

function countActiveTime(run: Run, event: RunEvent): void {
  if (isActiveUntil(run, event.type)) run.spent.active_ms += Math.max(0, event.at - run.lastAt - run.restMs)
  run.restMs = 0
  run.lastAt = event.at
}

/** Waits for people, timers and stops are not active time, nor is the time between a crash and its recovery. */
export const isActiveUntil = (run: Run, next: RunEventType): boolean =>
  run.spent.turns > 0 && run.waiting === undefined && next !== 'run.recovered' && !isEnded(run)

function spend(run: Run, usage: Usage): void {
  run.spent.prompt_tokens += usage.prompt_tokens
  run.spent.completion_tokens += usage.completion_tokens
  run.spent.cost_micro_usd += usage.cost_micro_usd
}

function answerTurn(run: Run, { usage, answer, answered_model, calls, finish }: TurnAnswered): void {
  spend(run, usage)
  run.said.push({ by: 'model', answer })
  run.answeredModel ??= answered_model
  run.silent.model = 0
  if (run.turn) Object.assign(run.turn, { phase: 'acting', calls, finish })
  if (calls > 0 || finish !== 'invalid') return
  run.fruitless += 1
  run.trouble = 'model_failed'
}

/** An answer that was lost with its process was no failure of the model: it costs money, and no patience. */
function failTurn(run: Run, { usage, timed_out, code, lost, retry_after_ms }: TurnFailed): void {
  spend(run, usage)
  run.restMs = retry_after_ms ?? 0
  run.turn = undefined
  if (lost) return
  if (timed_out) run.silent.model += 1
  run.fruitless += 1
  run.trouble = code
}

/** An edited action takes the place of the one that the model had proposed. */
function propose(run: Run, proposed: ActionProposed): void {
  const { action, edited_from: before } = proposed
  run.actions.set(action, { proposed })
  if (before !== undefined) run.actions.delete(before)
  if (!run.turn) return
  const { actions } = run.turn
  run.turn.actions = before === undefined ? [...actions, action] : actions.map((id) => (id === before ? action : id))
}

function startTurn(run: Run, started: TurnStarted): void {
  run.spent.turns += 1
  run.turn = { started, phase: 'asking', calls: 0, finish: '', actions: [] }
  run.actions.clear()
  for (const [id, { attempts }] of run.effects) if (effectStatus(attempts) === 'committed') run.effects.delete(id)
}

function dispatch(run: Run, sent: EffectDispatched): void {
  const known = run.effects.get(sent.effect)
  const attempts = [...(known?.attempts ?? []), 'open' as const]
  const action = run.actions.get(sent.action)
  run.effects.set(sent.effect, {
    id: sent.effect,
    action: sent.action,
    key: sent.key,
    digest: action?.proposed.digest ?? known?.digest ?? '',
    attempts,
    timedOut: known?.timedOut ?? 0,
    last: sent,
    retryable: false,
    judged: action?.judged?.judged ?? known?.judged,
    givenUp: false,
    lookAt: undefined,
    looks: 0,
  })
  if (known === undefined) run.spent.tool_calls += 1
  if (action) action.effect = sent.effect
  for (const digest of run.fresh) if (run.results.get(digest)?.kind === 'read') run.results.delete(digest)
  run.fresh.clear()
}

function commit(run: Run, { effect: id, attempt, output, result }: EffectCommitted): void {
  settle(run, id, (effect) => ({
    ...withOutcome(effect, attempt, 'committed'),
    output,
    lookAt: undefined,
    ...(result && { result }),
  }))
  const effect = run.effects.get(id)
  // Also when the model was told that nobody knew: proposed again it is not done again.
  if (effect)
    run.results.set(effect.digest, {
      action: effect.action,
      kind: 'write',
      ...(result && output === 'accepted' && { result }),
    })
}

/** Whoever looked in the system of record speaks of every attempt; an attempt's own answer of itself alone. */
function notCommit(run: Run, { effect: id, attempt, by, retryable }: EffectNotCommitted): void {
  const speaksOfAll = by === 'verify' || by === 'settlement'
  settle(run, id, (effect) => ({
    ...(speaksOfAll ? { ...withAbsence(effect), lookAt: undefined } : withOutcome(effect, attempt, 'not_committed')),
    retryable,
  }))
}

function leaveUnknown(run: Run, { effect: id, attempt, why }: EffectUnknown): void {
  settle(run, id, (effect) => ({
    ...withOutcome(effect, attempt, 'unknown'),
    timedOut: effect.timedOut + (why === 'timed_out' ? 1 : 0),
  }))
}

function giveUp(run: Run, { effect: id, look_at: lookAt }: EffectGivenUp): void {
  settle(run, id, (effect) => ({ ...effect, givenUp: true, lookAt, looks: effect.looks + (effect.givenUp ? 1 : 0) }))
}

function settle(run: Run, id: string, change: (effect: Effect) => Effect): void {
  const effect = run.effects.get(id)
  if (effect) run.effects.set(id, change(effect))
}

function returnAction(run: Run, returned: ActionReturned): void {
  const action = run.actions.get(returned.action)
  if (!action) return
  action.returned = returned
  const { proposed } = action
  const isError = !['result', 'replayed', 'preview'].includes(returned.outcome)
  run.said.push({ by: 'tool', call: proposed.call, tool: proposed.tool, result: returned.result, isError })
  for (const subject of returned.read) run.read.add(subject.id)
  run.silent.tools = returned.timed_out ? run.silent.tools + 1 : 0
  if (returned.called) run.spent.tool_calls += 1
  if (isError) run.trouble = returned.code
  else run.fruitless = 0
  if (proposed.kind === 'write' && returned.outcome === 'refused') run.writes.refused += 1
  if (proposed.kind === 'write' && ['result', 'replayed'].includes(returned.outcome)) run.writes.committed += 1
  if (returned.outcome === 'result' && proposed.kind !== undefined) {
    if (!proposed.dry_run) {
      run.results.set(proposed.digest, { action: returned.action, result: returned.result, kind: proposed.kind })
      if (proposed.kind === 'read') {
        run.fresh.add(proposed.digest)
        keepOutput(run, proposed.tool, returned.result)
      }
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
  if (times >= timesOfLoop) run.loops.add(digest)
  else run.loops.delete(digest)
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

function wait(run: Run, waiting: RunWaiting): void {
  run.waiting = waiting
  run.status = waiting.awaits === 'handoff' ? 'handed_off' : 'waiting'
  const action = run.actions.get(waiting.action ?? '')
  if (action && waiting.awaits === 'approval') action.approval = { id: waiting.id }
}

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
  if (woken.awaits === 'handoff' || woken.awaits === 'requester') {
    run.escalated = undefined
    run.fruitless = 0
    run.silent = { model: 0, tools: 0 }
    run.repeats.clear()
    run.loops.clear()
    run.toolErrors = { calls: 0, errors: 0 }
  }
  run.waiting = undefined
  run.status = 'running'
}

function end(run: Run, { status, code, output }: RunEnded): void {
  run.status = status
  run.code = code
  run.output = output
  run.waiting = undefined
  run.turn = undefined
}
