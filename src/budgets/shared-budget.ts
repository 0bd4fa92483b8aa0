/**
 * Budgets that many runs share: the money of an agent in a day, and of one conversation. Each is a key under which
 * movements are summed over a window, read under its lock; so two runs never spend the same dollar.
 */
import { CharterError } from '../errors.ts'
import type { Bound } from './run-budget.ts'

/** From `budgets:` of the page, micro-dollars; absent means no bound. */
export interface SharedLimits {
  readonly dayMicroUsd?: number
  readonly sessionMicroUsd?: number
}

/** Whose money it is: a run's agent, environment and the conversation it belongs to. */
export interface Spender {
  readonly environment: string
  /** Absent only before the run has started, when nothing may be spent. */
  readonly agent?: string
  readonly session?: string
}

export interface SharedBudget {
  /** `budget:day:<agent>:<environment>` or `budget:session:<agent>:<environment>:<session>`. */
  readonly key: string
  readonly withinMs: number
  /** Micro-dollars. */
  readonly max: number
  readonly bound: Extract<Bound, 'budgets.day' | 'budgets.session'>
}

const dayMs = 86_400_000
/** A conversation has no window; a century is the longest that anyone will hold one. */
const sessionMs = 36_500 * dayMs

/** The budgets that a step of this run draws on, the day first. Throws `internal` for a run that has no agent yet. */
export function sharedBudgets(limits: SharedLimits, of: Spender): readonly SharedBudget[] {
  const { agent, environment, session } = of
  if (agent === undefined) throw new CharterError('internal', 'a run spends before it has started')
  const budgets: SharedBudget[] = []
  const { dayMicroUsd, sessionMicroUsd } = limits
  if (dayMicroUsd !== undefined) {
    budgets.push({ key: `budget:day:${agent}:${environment}`, withinMs: dayMs, max: dayMicroUsd, bound: 'budgets.day' })
  }
  if (sessionMicroUsd !== undefined && session !== undefined) {
    const key = `budget:session:${agent}:${environment}:${session}`
    budgets.push({ key, withinMs: sessionMs, max: sessionMicroUsd, bound: 'budgets.session' })
  }
  return budgets
}
