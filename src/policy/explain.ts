/** Why a decision came out as it did, rule by rule, and what would have changed it: found by really asking again. */
import type { Place } from '../errors.ts'
import type { Verdict } from './evaluate.ts'
import { evaluateOnce } from './evaluate.ts'
import type { PolicySet } from './policy-set.ts'
import type { JudgedRequest } from './trim.ts'

export interface ExplainedPolicy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly says: string
  /** Key of the page, or Cedar file, that it comes from. */
  readonly from: string
  readonly place: Place | undefined
  /** Whether its conditions hold for this request; `failed` when they could not be judged. */
  readonly holds: 'satisfied' | 'not_satisfied' | 'failed'
  /** It alone decided: without it the answer is another. One sentence. */
  readonly without: string | undefined
}

export interface Explanation {
  readonly decision: 'allow' | 'deny'
  readonly policies: readonly ExplainedPolicy[]
  readonly errors: readonly string[]
}

/** Every rule of the tool, in page order. The request may be trimmed. */
export function explain(set: PolicySet, request: JudgedRequest, verdict: Verdict): Explanation {
  const policies = set.policies.map(({ id, effect, says, from, place }) => ({
    id,
    effect,
    says,
    from,
    place,
    holds: holds(set, id, request),
    without: withoutIt(set, id, request, verdict),
  }))
  return { decision: answer(verdict), policies, errors: verdict.errors }
}

/** The verdict of the tool's other rules. */
export function decideWithout(set: PolicySet, id: string, request: JudgedRequest): Verdict {
  const others = set.policies.filter((policy) => policy.id !== id)
  return evaluateOnce(set, others, request)
}

/** The rules that stand behind ids of a verdict, in plain words. */
export function sayReasons(set: PolicySet, ids: readonly string[]): string[] {
  return ids.map((id) => set.policies.find((policy) => policy.id === id)?.says ?? id)
}

function holds(set: PolicySet, id: string, request: JudgedRequest): ExplainedPolicy['holds'] {
  const alone = set.policies.filter((policy) => policy.id === id)
  const { reasons, errors } = evaluateOnce(set, alone, request)
  if (errors.length > 0) return 'failed'
  return reasons.includes(id) ? 'satisfied' : 'not_satisfied'
}

function withoutIt(set: PolicySet, id: string, request: JudgedRequest, verdict: Verdict): string | undefined {
  const changed = decideWithout(set, id, request)
  if (changed.permit === verdict.permit) return undefined
  return `taking \`${id}\` out changes the decision from ${answer(verdict)} to ${answer(changed)}`
}

const answer = ({ permit }: Verdict): 'allow' | 'deny' => (permit ? 'allow' : 'deny')
