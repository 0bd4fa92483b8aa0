/** What the page promises of many runs, beside what was measured. */
import type { Page } from '../charter/page.ts'
import type { Figure } from './figure.ts'

export interface SloLine {
  readonly promise: 'success' | 'policy_violations' | 'p95_ms' | 'cost_per_outcome_usd'
  /** In the unit of the measure. */
  readonly promised: number
  readonly measure: string
  readonly measured: number | null
  readonly denominator: number
  /** Null: nothing was measured, so nobody knows. */
  readonly holds: boolean | null
}

/** Time is held without waits for people: an agent that asks as it was told to breaks no promise by it. */
export function sloLines(slo: NonNullable<Page['slo']>, figures: readonly Figure[]): readonly SloLine[] {
  const promises = [
    ['success', slo.success, 'task_success'],
    ['policy_violations', slo.policyViolations, 'policy_violations'],
    ['p95_ms', slo.p95Ms, 'active_time'],
    ['cost_per_outcome_usd', slo.costPerOutcomeMicroUsd, 'cost_per_outcome'],
  ] as const
  return promises.flatMap(([promise, promised, measure]) => {
    const figure = figures.find(({ name }) => name === measure)
    if (promised === undefined || !figure) return []
    const { value: measured, denominator, better } = figure
    const holds = measured === null ? null : better === 'higher' ? measured >= promised : measured <= promised
    return [{ promise, promised, measure, measured, denominator, holds }]
  })
}
