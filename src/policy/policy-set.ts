/**
 * The policies of one tool, read once: their conditions as trees, what they read, and one hash. It says nothing about
 * a request; `evaluate.ts` does. Default deny, and a forbid wins over every permit.
 */
import { hash } from 'node:crypto'
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs'
import { canonicalJson } from '../canonical-json.ts'
import type { ErrorCode, Place } from '../errors.ts'
import { CharterError } from '../errors.ts'
import { findApprovalMisuse } from './approval-use.ts'
import type { PolicyReads } from './attribute-reads.ts'
import { readsOf } from './attribute-reads.ts'
import type { RecordType } from './cedar-type.ts'
import type { Condition } from './expression.ts'
import { readConditions } from './expression.ts'

/** A policy as text, before it is read. */
export interface PolicySource {
  readonly id: string
  readonly text: string
  /** The rule in one plain sentence. */
  readonly says: string
  /** The key of the page that it was made from, or the Cedar file. */
  readonly from: string
  /** What a refusal by this rule is called. */
  readonly code?: ErrorCode
  readonly place?: Place | undefined
}

export interface Policy extends PolicySource {
  readonly effect: 'permit' | 'forbid'
  readonly code: ErrorCode
  readonly conditions: readonly Condition[]
  /** The tools that its scope names; nothing when it speaks of all. */
  readonly tools: readonly string[] | undefined
  /** Its scope names a resource. */
  readonly namesSubject: boolean
}

export interface PolicySet {
  /** SHA-256 over the tool, ids and texts: `sha256:…`. Equal sets decide equally. */
  readonly hash: string
  readonly tool: string
  /** In page order. */
  readonly policies: readonly Policy[]
  readonly context: RecordType
  readonly reads: PolicyReads
}

/** Throws `policy_invalid` for text that is no policy, or that speaks of signatures as P3 forbids. */
export function readPolicy(source: PolicySource): Policy {
  const answer = policyToJson(source.text)
  if (answer.type === 'failure') throw refused(source, answer.errors[0]?.message ?? 'it cannot be read')
  const { effect, action, resource, conditions: clauses } = answer.json
  const conditions = readConditions(clauses)
  const misuse = findApprovalMisuse({ effect, conditions })
  if (misuse !== undefined) throw refused(source, misuse)
  const code = source.code ?? 'denied_by_policy'
  return { ...source, code, effect, conditions, tools: toolsOf(action), namesSubject: resource.op !== 'All' }
}

export function createPolicySet(tool: string, policies: readonly Policy[], context: RecordType): PolicySet {
  const texts = policies.map(({ id, text }) => [id, text])
  for (const [index, policy] of policies.entries()) {
    if (policies.findIndex(({ id }) => id === policy.id) !== index)
      throw refused(policy, 'the id is taken by another policy')
  }
  const reads = readsOf(
    policies.flatMap(({ conditions }) => conditions),
    policies.some(({ namesSubject }) => namesSubject),
  )
  return { hash: hashOf([tool, texts]), tool, policies, context, reads }
}

/** One hash over the sets of a whole page. */
export const hashPolicySets = (sets: readonly PolicySet[]): string =>
  hashOf(sets.map(({ tool, hash: of }) => `${tool} ${of}`).sort())

const hashOf = (value: Parameters<typeof canonicalJson>[0]): string =>
  `sha256:${hash('sha256', canonicalJson(value), 'hex')}`

function toolsOf(action: PolicyJson['action']): string[] | undefined {
  if (action.op === 'All') return undefined
  if ('entities' in action) return action.entities.map(idOf)
  return 'entity' in action ? [idOf(action.entity)] : []
}

function idOf(entity: { id: string } | { __entity: { id: string } }): string {
  return 'id' in entity ? entity.id : entity.__entity.id
}

function refused({ id, place }: PolicySource, why: string): CharterError {
  return new CharterError('policy_invalid', `policy \`${id}\`: ${why}`, { place, param: id })
}
