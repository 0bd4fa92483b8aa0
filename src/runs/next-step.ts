/**
 * What a run does next, from its state alone. The engine performs the step, appends what came of it, folds, and asks
 * again; after a crash the same state gives the same step. Reads of one turn may run together, writes run one at a
 * time in proposal order.
 */
import { allowToolCalls, type RunBounds } from '../budgets/run-budget.ts'
import type { Escalation, Page } from '../charter/page.ts'
import type { ErrorCode } from '../errors.ts'
import { type Effect, effectStatus } from './effect.ts'
import type { ActionJudged } from './events.ts'
import { type Action, isEnded, type Run } from './run.ts'

export type Step =
  /** Nothing to do: it has ended, or waits for somebody. */
  | { step: 'rest' }
  | { step: 'ask_model' }
  /** The answer to a model call was lost with the process that had asked. */
  | { step: 'lose_turn' }
  /** Gather facts for these actions and judge them; all reads, or one write. */
  | { step: 'judge'; actions: readonly Action[] }
  | { step: 'ask_people'; action: Action }
  /** The same call was answered before in this run, and nothing has changed since. */
  | { step: 'replay'; action: Action }
  | { step: 'preview'; action: Action }
  | { step: 'answer'; action: Action; code: ErrorCode }
  | { step: 'call'; actions: readonly Action[] }
  | { step: 'dispatch'; action: Action }
  /** A dispatched write whose attempt has no outcome, or whose outcome is unknown. */
  | { step: 'resolve'; action: Action; effect: Effect }
  /** The effect is settled or given up: tell the model. */
  | { step: 'conclude'; action: Action; effect: Effect }
  | { step: 'escalate'; code: ErrorCode; escalation: Escalation; bound?: string; action?: string }
  | { step: 'end' }

/** `activeMs` counts what went by since the last event too. */
export function nextStep(run: Run, page: Page, activeMs = run.spent.active_ms): Step {
  if (isEnded(run) || run.waiting) return { step: 'rest' }
  const turn = run.turn
  if (turn?.phase === 'asking') return { step: 'lose_turn' }
  const action = turn && unfinished(run)[0]
  if (action) return escalationAmidTurn(run, page, action, activeMs) ?? stepOfAction(run, page, action)
  const escalation = escalationAfterTurn(run, page)
  if (escalation) return escalation
  if (turn && turn.calls === 0 && turn.finish !== 'invalid') return { step: 'end' }
  return { step: 'ask_model' }
}

/** Actions of the turn that the model has no answer for, in proposal order. */
export const unfinished = (run: Run): readonly Action[] =>
  (run.turn?.actions ?? []).flatMap((id) => {
    const action = run.actions.get(id)
    return action && action.returned === undefined ? [action] : []
  })

function stepOfAction(run: Run, page: Page, action: Action): Step {
  const effect = action.effect === undefined ? undefined : run.effects.get(action.effect)
  if (effect) return stepOfEffect(action, effect)
  const { judged, approval } = action
  if (approval?.outcome === 'denied') return { step: 'answer', action, code: 'approval_denied' }
  if (approval?.outcome === 'expired') return { step: 'answer', action, code: 'approval_expired' }
  if (!judged) return stepBeforeJudging(run, page, action)
  // A yes is judged again on fresh facts before anything is sent.
  if (action.isStale) return { step: 'judge', actions: [action] }
  return stepAfterJudging(run, page, action, judged)
}

function stepBeforeJudging(run: Run, page: Page, action: Action): Step {
  if (action.proposed.version === undefined) return { step: 'judge', actions: [action] }
  if (run.results.has(action.proposed.digest) && !action.proposed.dry_run) return { step: 'replay', action }
  if (isBeyondStep(page, action)) return { step: 'answer', action, code: 'not_attempted' }
  if (isWrite(action) && turnWentWrong(run)) return { step: 'answer', action, code: 'not_attempted' }
  return { step: 'judge', actions: isWrite(action) ? [action] : readsAhead(run, page, 'unjudged') }
}

function stepAfterJudging(run: Run, page: Page, action: Action, { decision, code }: ActionJudged): Step {
  switch (decision) {
    case 'allow':
      if (action.proposed.dry_run) return { step: 'preview', action }
      if (isWrite(action)) return { step: 'dispatch', action }
      // Answered since it was judged, by the same read earlier in the turn.
      if (run.results.has(action.proposed.digest)) return { step: 'replay', action }
      return { step: 'call', actions: readsAhead(run, page, 'allow') }
    case 'ask':
      // Nobody is asked about what will not be done.
      return action.proposed.dry_run ? { step: 'preview', action } : { step: 'ask_people', action }
    default:
      return { step: 'answer', action, code: code ?? 'internal' }
  }
}

function stepOfEffect(action: Action, effect: Effect): Step {
  const status = effectStatus(effect.attempts)
  if (status === 'committed' || effect.givenUp) return { step: 'conclude', action, effect }
  if (status === 'not_committed' && !effect.retryable) return { step: 'conclude', action, effect }
  return { step: 'resolve', action, effect }
}

/** Reads from the first unfinished action up to the next write, as far as the run and the turn may still call any. */
function readsAhead(run: Run, page: Page, which: 'allow' | 'unjudged'): readonly Action[] {
  const { toolCalls = Number.POSITIVE_INFINITY } = boundsOf(run, page)
  const ahead: Action[] = []
  for (const action of unfinished(run)) {
    if (isWrite(action) || action.proposed.version === undefined || isBeyondStep(page, action)) break
    if (run.results.has(action.proposed.digest)) break
    if (which === 'unjudged' ? action.judged : action.judged?.decision !== 'allow' || action.isStale) break
    if (run.spent.tool_calls + ahead.length >= toolCalls) break
    ahead.push(action)
  }
  return ahead
}

const isBeyondStep = ({ perStep }: Page, { proposed }: Action): boolean =>
  perStep.toolCalls !== undefined && proposed.index >= perStep.toolCalls

const isWrite = (action: Action): boolean => action.proposed.kind === 'write'

/** An unknown or a denial in this turn: what the model had planned on top of it is handed back. */
const turnWentWrong = (run: Run): boolean =>
  [...run.actions.values()].some((action) => {
    const { returned } = action
    return (
      returned !== undefined && action.proposed.kind === 'write' && ['refused', 'failed'].includes(returned.outcome)
    )
  })

function escalationAmidTurn(run: Run, page: Page, action: Action, activeMs: number): Step | undefined {
  if (action.effect !== undefined || action.proposed.kind === undefined) return undefined
  const bound = allowToolCalls(boundsOf(run, page), spentBy(run, activeMs), 1)
  if (!bound || run.results.has(action.proposed.digest)) return undefined
  return {
    step: 'escalate',
    code: 'budget_exceeded',
    escalation: page.escalation.onBudgetExceeded,
    bound,
    action: action.proposed.action,
  }
}

function escalationAfterTurn(run: Run, page: Page): Step | undefined {
  const { onToolErrorRetriesExhausted: onErrors } = page.escalation
  if (run.loops.size > 0) return escalate('loop', onErrors)
  if (run.silent.model >= 3 || run.silent.tools >= 3) return escalate('stuck', onErrors)
  if (run.fruitless > page.perStep.retries) return escalate(run.trouble ?? 'tool_failed', onErrors)
  const rule = page.escalationRules.find((rule) => holds(run, rule))
  return rule && escalate('tool_failed', rule.action)
}

const escalate = (code: ErrorCode, escalation: Escalation): Step => ({ step: 'escalate', code, escalation })

function holds(run: Run, rule: Page['escalationRules'][number]): boolean {
  const { calls, errors } = run.toolErrors
  if (rule.metric !== 'tool_error_rate' || calls === 0) return false
  const rate = errors / calls
  switch (rule.comparison) {
    case '>':
      return rate > rule.value
    case '>=':
      return rate >= rule.value
    case '<':
      return rate < rule.value
    case '<=':
      return rate <= rule.value
  }
}

/** The page's bounds with what people added when they handed the run back. */
export function boundsOf(run: Run, page: Page): RunBounds {
  const { turns, toolCalls, costMicroUsd } = page.budget
  return {
    ...page.budget,
    ...(turns === undefined ? {} : { turns: turns + run.extended.turns }),
    ...(toolCalls === undefined ? {} : { toolCalls: toolCalls + run.extended.tool_calls }),
    ...(costMicroUsd === undefined ? {} : { costMicroUsd: costMicroUsd + run.extended.cost_micro_usd }),
  }
}

export const spentBy = (run: Run, activeMs: number) => ({
  activeMs,
  turns: run.spent.turns,
  toolCalls: run.spent.tool_calls,
  promptTokens: run.spent.prompt_tokens,
  completionTokens: run.spent.completion_tokens,
  costMicroUsd: run.spent.cost_micro_usd,
})
