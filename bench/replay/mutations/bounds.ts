/** What bounds a run: people, budgets, grants, stops. */
import type { Mutation } from '../mutation.ts'

export const mutationsOfBounds: readonly Mutation[] = [
  { file: 'src/approvals/approval.ts', find: "command.type === 'request'", replace: "command.type !== 'request'" },
  {
    file: 'src/approvals/approval.ts',
    find: "event.type === 'approval.requested'",
    replace: "false && (event.type === 'approval.requested')",
  },
  { file: 'src/approvals/approval.ts', find: 'counts.get(group) ?? 0', replace: '0' },
  { file: 'src/approvals/signing.ts', find: 'count > 0', replace: 'count > 1' },
  {
    file: 'src/approvals/signing.ts',
    find: 'signatures.some(({ by }) => samePerson(by, signer.by))',
    replace: '!(signatures.some(({ by }) => samePerson(by, signer.by)))',
  },
  {
    file: 'src/budgets/run-budget.ts',
    find: '(bounds.costMicroUsd ?? Number.POSITIVE_INFINITY) - spent.costMicroUsd',
    replace: '(bounds.costMicroUsd ?? Number.POSITIVE_INFINITY) + spent.costMicroUsd',
  },
  { file: 'src/budgets/shared-budget.ts', find: 'session !== undefined', replace: 'session === undefined' },
  { file: 'src/stops/stop.ts', find: "stop.scope === 'agent'", replace: "stop.scope !== 'agent'" },
  {
    file: 'src/stops/stop.ts',
    find: '!covers(stop, thing) || lower(effective.level, stop.level) === effective.level',
    replace: '!(!covers(stop, thing) || lower(effective.level, stop.level) === effective.level)',
  },
  { file: 'src/identity/grant.ts', find: '{ covered: false, why, grant }', replace: '{ covered: true, why, grant }' },
  {
    file: 'src/identity/grant.ts',
    find: 'nearest === undefined || nearest.agent === agent',
    replace: 'false && (nearest === undefined || nearest.agent === agent)',
  },
  {
    file: 'src/identity/grant.ts',
    find: 'grant.environment !== action.environment',
    replace: '!(grant.environment !== action.environment)',
  },
  { file: 'src/identity/grant-debits.ts', find: '36_500 * 86_400_000', replace: '36501 * 86_400_000' },
  {
    file: 'src/identity/grant-debits.ts',
    find: 'movedBefore(bound) + (amounts.get(bound.key) ?? 0) > bound.max',
    replace: 'movedBefore(bound) + (amounts.get(bound.key) ?? 0) >= bound.max',
  },
]
