/**
 * Approvals are facts in the request: an action is judged with the signatures there are, then with those of all steps,
 * then with those of ever more steps, and the first set that would be a permit is what to ask. Cedar decides alone.
 */
import type { ErrorCode } from '../errors.ts'
import type { Evaluator, Verdict } from './evaluate.ts'
import type { PolicySet } from './policy-set.ts'
import type { JudgedRequest } from './trim.ts'

/** A step of the page: so many signatures of one group. Steps of one group add up. */
export interface ApprovalStep {
  readonly from: string
  readonly count: number
  readonly expiresInMs: number
}

/** Signatures by group. */
export type Signatures = Readonly<Record<string, number>>

export type PolicyJudgement =
  | { readonly outcome: 'allow'; readonly reasons: readonly string[] }
  | { readonly outcome: 'ask'; readonly steps: readonly ApprovalStep[]; readonly because: readonly string[] }
  | {
      readonly outcome: 'deny'
      readonly code: ErrorCode
      readonly reasons: readonly string[]
      /** What failed, with `policy_error`. */
      readonly errors: readonly string[]
    }

/** What one page says about a request: its policies, its steps, and the request with the sums of its own windows. */
export interface Authority {
  readonly set: PolicySet
  readonly request: JudgedRequest
  readonly steps: readonly ApprovalStep[]
}

/** More steps would mean more than sixteen questions to Cedar for one action. */
export const mostSteps = 4

export function judgeByPolicy(
  evaluator: Evaluator,
  set: PolicySet,
  request: JudgedRequest,
  steps: readonly ApprovalStep[],
  signatures: Signatures,
): PolicyJudgement {
  if (steps.length > mostSteps) return failed([`more than ${mostSteps} approval steps`])
  const judge = (signed: readonly ApprovalStep[]): Verdict =>
    evaluator.evaluate(set, { ...request, context: { ...request.context, approvals: withSteps(signatures, signed) } })

  const now = judge([])
  if (now.permit) return { outcome: 'allow', reasons: now.reasons }
  if (now.errors.length > 0) return failed(now.errors)
  const atMost = steps.length === 0 ? now : judge(steps)
  if (!atMost.permit) return denied(set, atMost)

  const asked = subsetsBySize(steps).find((some) => judge(some).permit) ?? steps
  return { outcome: 'ask', steps: asked, because: now.reasons.length > 0 ? now.reasons : atMost.reasons }
}

/** P5: the pinned page and the one in force, which may be one. Both must allow; where both ask, the askings merge. */
export function judgeByBoth(
  evaluator: Evaluator,
  pinned: Authority,
  inForce: Authority,
  signatures: Signatures,
): PolicyJudgement {
  const judge = ({ set, request, steps }: Authority) => judgeByPolicy(evaluator, set, request, steps, signatures)
  const before = judge(pinned)
  const now = inForce === pinned ? before : judge(inForce)
  if (before.outcome === 'deny') return before
  if (now.outcome === 'deny') return now
  if (before.outcome === 'ask' && now.outcome === 'ask') {
    return { outcome: 'ask', steps: mergeAsks(before.steps, now.steps), because: union(before.because, now.because) }
  }
  if (before.outcome === 'ask') return before
  if (now.outcome === 'ask') return now
  return { outcome: 'allow', reasons: union(before.reasons, now.reasons) }
}

/** By group the larger count and the shorter time: who signs this satisfies both. */
export function mergeAsks(one: readonly ApprovalStep[], other: readonly ApprovalStep[]): ApprovalStep[] {
  const groups = new Set([...one, ...other].map(({ from }) => from))
  return Array.from(groups, (from) => ({
    from,
    count: Math.max(countOf(one, from), countOf(other, from)),
    expiresInMs: Math.min(...[...one, ...other].filter((step) => step.from === from).map((step) => step.expiresInMs)),
  }))
}

/** Signatures that a group gives when all of its steps are signed. */
export const countOf = (steps: readonly ApprovalStep[], group: string): number =>
  steps.filter(({ from }) => from === group).reduce((sum, { count }) => sum + count, 0)

function withSteps(signatures: Signatures, steps: readonly ApprovalStep[]): Signatures {
  const asked = steps.map(({ from }) => [from, Math.max(signatures[from] ?? 0, countOf(steps, from))])
  return { ...signatures, ...Object.fromEntries(asked) }
}

/** Every choice between none and all, the smallest first, then in page order. */
function subsetsBySize(steps: readonly ApprovalStep[]): ApprovalStep[][] {
  const sizes = Array.from({ length: Math.max(steps.length - 1, 0) }, (_, index) => index + 1)
  return sizes.flatMap((size) => choose(steps, size))
}

function choose(steps: readonly ApprovalStep[], size: number): ApprovalStep[][] {
  if (size === 0) return [[]]
  return steps.flatMap((step, index) => choose(steps.slice(index + 1), size - 1).map((rest) => [step, ...rest]))
}

/** The code of the first rule, in page order, that refused; the default deny has none of its own. */
function denied(set: PolicySet, { reasons, errors }: Verdict): PolicyJudgement {
  if (errors.length > 0) return failed(errors)
  const refusing = set.policies.find(({ id, effect }) => effect === 'forbid' && reasons.includes(id))
  return { outcome: 'deny', code: refusing?.code ?? 'denied_by_policy', reasons, errors }
}

const failed = (errors: readonly string[]): PolicyJudgement => ({
  outcome: 'deny',
  code: 'policy_error',
  reasons: [],
  errors,
})

const union = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])].sort()
