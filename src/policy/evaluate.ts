/**
 * Asks Cedar. P1: Cedar skips a forbid that errs, so any error, any failure and any throw is a no; what does not fit
 * its type never gets in. Answers are remembered by policy-set hash and trimmed content, which is all they depend on.
 */
import { hash } from 'node:crypto'
import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs'
import { isAuthorized, preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import type { PolicySet } from './policy-set.ts'
import type { JudgedRequest, TrimmedRequest } from './trim.ts'
import { trimRequest } from './trim.ts'

export interface Verdict {
  readonly permit: boolean
  /** Ids of the permits that let it through, or of the forbids that refused it, sorted; none for the default deny. */
  readonly reasons: readonly string[]
  /** Why nothing could be said; then it is a no, `policy_error`. */
  readonly errors: readonly string[]
}

export interface Evaluator {
  evaluate(set: PolicySet, request: JudgedRequest): Verdict
}

export interface EvaluatorOptions {
  /** Answers remembered, the latest used. */
  readonly memoSize?: number
  /** Sets kept ready inside Cedar, which cannot let go of one (about 40 kB each); further ones are parsed at each call. */
  readonly preparedSets?: number
}

export function createEvaluator({ memoSize = 10_000, preparedSets = 500 }: EvaluatorOptions = {}): Evaluator {
  const memo = new Map<string, Verdict>()
  const prepared = new Set<string>()

  function ask(set: PolicySet, request: TrimmedRequest): AuthorizationAnswer {
    if (!prepared.has(set.hash)) {
      if (prepared.size >= preparedSets) return askUnprepared(set.policies, request)
      // Named by content: the same set again takes the same name, and two evaluators cannot mean different sets by one.
      const answer = preparsePolicySet(set.hash, { staticPolicies: textsOf(set.policies) })
      if (answer.type === 'failure') return { ...answer, warnings: [] }
      prepared.add(set.hash)
    }
    return statefulIsAuthorized({ ...callOf(request), preparsedPolicySetId: set.hash })
  }

  function remember(key: string, verdict: Verdict): Verdict {
    if (verdict.errors.length > 0) return verdict
    memo.delete(key)
    memo.set(key, verdict)
    const [oldest] = memo.size > memoSize ? memo.keys() : []
    if (oldest !== undefined) memo.delete(oldest)
    return verdict
  }

  return {
    evaluate: (set, request) =>
      failingClosed(() => {
        const trimmed = trimRequest(set, request)
        // Hashed, so that the memory holds no content that an erasure would have to find.
        const key = hash('sha256', `${set.hash} ${JSON.stringify(trimmed)}`, 'base64url')
        return remember(key, memo.get(key) ?? readAnswer(ask(set, trimmed)))
      }),
  }
}

/** The same answer from policies that are parsed for this one call, such as a set with one taken out. */
export function evaluateOnce(set: PolicySet, policies: PolicySet['policies'], request: JudgedRequest): Verdict {
  return failingClosed(() => readAnswer(askUnprepared(policies, trimRequest(set, request))))
}

function askUnprepared(policies: PolicySet['policies'], request: TrimmedRequest): AuthorizationAnswer {
  return isAuthorized({ ...callOf(request), policies: { staticPolicies: textsOf(policies) } })
}

const textsOf = (policies: PolicySet['policies']): Record<string, string> =>
  Object.fromEntries(policies.map(({ id, text }) => [id, text]))

function callOf({ agent, tool, subject, context }: TrimmedRequest) {
  const resource = { type: 'Subject', id: subject === undefined ? '' : `${subject.kind}/${subject.id}` }
  return {
    principal: { type: 'Agent', id: agent },
    action: { type: 'Action', id: tool },
    resource,
    context,
    entities: subject === undefined ? [] : [{ uid: resource, attrs: { ...subject }, parents: [] }],
  }
}

function readAnswer(answer: AuthorizationAnswer): Verdict {
  if (answer.type === 'failure') return refusal(answer.errors.map(({ message }) => message))
  const { decision, diagnostics } = answer.response
  const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`)
  if (errors.length > 0) return refusal(errors)
  return { permit: decision === 'allow', reasons: diagnostics.reason.toSorted(), errors }
}

function failingClosed(judge: () => Verdict): Verdict {
  try {
    return judge()
  } catch (error) {
    return refusal([error instanceof Error ? error.message : String(error)])
  }
}

const refusal = (errors: readonly string[]): Verdict => ({
  permit: false,
  reasons: [],
  errors: errors.length > 0 ? errors.toSorted() : ['no answer'],
})
