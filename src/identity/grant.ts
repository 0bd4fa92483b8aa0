/**
 * A grant: a revocable part of a page for one task, for these tools and subjects, until then, on behalf of that person.
 *
 *   none ─▶ issued ─▶ revoked        revoking a grant revokes every grant handed on from it
 *
 * Pure: the grant and those above it come in, nearest first, and what they allow together goes out.
 */
import { CharterError } from '../errors.ts'
import {
  type GrantAuthority,
  type GrantEvent,
  type GrantIssued,
  type GrantTerms,
  type PayloadRef,
  readGrantEvent,
  type StoredEvent,
} from './grant-events.ts'
import { type Narrowing, narrow } from './narrow.ts'

export type Grant =
  | { readonly status: 'none' }
  | { readonly status: 'issued' | 'revoked'; readonly issued: GrantIssued }

export const noGrant: Grant = { status: 'none' }

/** A grant as the ledger's table holds it. `revoked` is when, and `terms` the canonical JSON of its terms. */
export interface GrantRow {
  readonly grant: string
  readonly parent: string | null
  readonly agent: string
  readonly environment: string
  readonly until: number | null
  readonly revoked: number | null
  readonly uses: number | null
  readonly terms: string
  readonly on_behalf_of: string | null
}

interface Holder {
  readonly grant: string
  readonly agent: string
  readonly charter: string
  readonly now: number
}

export type GrantCommand =
  | (GrantAuthority & Holder & { readonly type: 'issue' })
  /** Hands a part of a grant on. `from` is that grant and those above it, nearest first. */
  | (Narrowing & Holder & { readonly type: 'hand_on'; readonly from: readonly GrantRow[] })
  | { readonly type: 'revoke'; readonly grant: string; readonly reason: PayloadRef | null; readonly now: number }

export function decideGrant(grant: Grant, command: GrantCommand): readonly GrantEvent[] {
  if (command.type === 'revoke') return revoke(grant, command)
  if (grant.status !== 'none') throw new CharterError('internal', `grant \`${grant.issued.grant}\` is issued already`)
  if (command.type === 'hand_on') return [handOn(command)]
  return [{ type: 'grant.issued', body: { ...holding(command), ...authorityOf(command), parent: null } }]
}

export const grantNotFound = (grant: string): CharterError =>
  new CharterError('grant_not_found', `no grant \`${grant}\``, {
    param: 'grant',
    hint: 'a run names its grant: `charter run show RUN`',
  })

/** What is known after one more fact. Never throws: the ledger is already the truth. */
export function evolveGrant(grant: Grant, event: GrantEvent): Grant {
  switch (event.type) {
    case 'grant.issued':
      return { status: 'issued', issued: event.body }
    case 'grant.revoked':
      return grant.status === 'none' ? grant : { ...grant, status: 'revoked' }
    default:
      return grant
  }
}

/** A grant from the events of its stream, oldest first. */
export const foldGrant = (events: readonly StoredEvent[]): Grant =>
  events.map(readGrantEvent).reduce(evolveGrant, noGrant)

/** What is about to be done. Subjects by kind and pseudonym. */
export interface GrantedAction {
  readonly agent: string
  readonly environment: string
  readonly tool: string
  readonly subjects: readonly { readonly kind: string; readonly id: string }[]
  /** What it would move, whole units by measure; absent where nothing is moved. */
  readonly measures?: Readonly<Record<string, number>>
  readonly now: number
}

export type Coverage =
  | { readonly covered: true }
  /** `grant` is the one that does not cover the action, and `why` a sentence about it. */
  | { readonly covered: false; readonly why: string; readonly grant: string | null }

/** Whether the grant and every grant above it allow the action. Takes them nearest first, all the way up. */
export function coverage(grants: readonly GrantRow[], action: GrantedAction): Coverage {
  const refusal = brokenLine(grants) ?? otherHolder(grants, action)
  if (refusal) return refusal
  for (const grant of grants) {
    const why = refusalOf(grant, action)
    if (why !== undefined) return uncovered(grant.grant, `grant \`${grant.grant}\` ${why}`)
  }
  return { covered: true }
}

/** The terms of a stored grant. */
export const termsOf = ({ terms }: Pick<GrantRow, 'terms'>): GrantTerms => JSON.parse(terms)

const uncovered = (grant: string | null, why: string): Coverage => ({ covered: false, why, grant })

/** An ancestor that is missing bounds nothing, so a line that does not reach its root covers nothing. */
function brokenLine(grants: readonly GrantRow[]): Coverage | undefined {
  if (grants.length === 0) return uncovered(null, 'there is no grant')
  for (const [depth, { grant, parent }] of grants.entries()) {
    const above = grants[depth + 1]?.grant ?? null
    if (parent !== above) return uncovered(grant, `the parent of grant \`${grant}\` cannot be found`)
  }
  return undefined
}

/** Only the nearest is held by who acts: those above it were held by whoever handed it on. */
function otherHolder([nearest]: readonly GrantRow[], { agent }: GrantedAction): Coverage | undefined {
  if (nearest === undefined || nearest.agent === agent) return undefined
  return uncovered(nearest.grant, `grant \`${nearest.grant}\` is held by \`${nearest.agent}\``)
}

function refusalOf(grant: GrantRow, action: GrantedAction): string | undefined {
  if (grant.revoked !== null) return 'was revoked'
  if (grant.until !== null && action.now >= grant.until) return 'has ended'
  if (grant.environment !== action.environment) return `belongs to environment \`${grant.environment}\``
  const terms = termsOf(grant)
  if (terms.tools !== undefined && !terms.tools.includes(action.tool)) return `does not name tool \`${action.tool}\``
  return refusedSubject(terms, action) ?? refusedMeasure(terms, action)
}

function refusedSubject({ subjects = {} }: GrantTerms, action: GrantedAction): string | undefined {
  const named = new Map(Object.entries(subjects))
  const refused = action.subjects.find(({ kind, id }) => named.get(kind)?.includes(id) === false)
  return refused && `does not name this ${refused.kind}`
}

/** A limit over something that the action does not say in whole units would hold nothing back. */
function refusedMeasure(terms: GrantTerms, { tool, measures }: GrantedAction): string | undefined {
  if (measures === undefined) return undefined
  const unsaid = limitsOf(terms, tool).find(({ measure }) => amountOf(measures, measure) === undefined)
  return unsaid && `limits \`${unsaid.measure}\` of \`${tool}\`, which the action does not say in whole units`
}

/** The limits that terms set on one tool, by measure in their order. */
export function limitsOf({ limits = {} }: GrantTerms, tool: string): readonly { measure: string; max: number }[] {
  const measures = Object.hasOwn(limits, tool) ? limits[tool] : undefined
  return Object.entries(measures ?? {}).map(([measure, max]) => ({ measure, max }))
}

/** How much of a measure an action moves: one of `calls`; whole and never below zero, which would make room for more. */
export function amountOf(measures: Readonly<Record<string, number>>, measure: string): number | undefined {
  const amount = Object.hasOwn(measures, measure) ? measures[measure] : measure === 'calls' ? 1 : undefined
  return Number.isSafeInteger(amount) && (amount ?? -1) >= 0 ? amount : undefined
}

function handOn(command: GrantCommand & { type: 'hand_on' }): GrantEvent {
  const [parent] = command.from
  if (parent === undefined) throw new CharterError('grant_not_found', 'there is no grant to hand on')
  const dead = brokenLine(command.from) ?? deadAncestor(command.from, command.now)
  if (dead && !dead.covered) {
    throw new CharterError('grant_invalid', dead.why, { hint: 'only a grant that is in force can be handed on' })
  }
  const authority = narrow(authorityOf({ ...parent, terms: termsOf(parent) }), command)
  return { type: 'grant.issued', body: { ...holding(command), ...authority, parent: parent.grant } }
}

function deadAncestor(grants: readonly GrantRow[], now: number): Coverage | undefined {
  const dead = grants.find(({ revoked, until }) => revoked !== null || (until !== null && now >= until))
  return dead && uncovered(dead.grant, `grant \`${dead.grant}\` ${dead.revoked === null ? 'has ended' : 'was revoked'}`)
}

const holding = ({ grant, agent, charter }: Holder) => ({ grant, agent, charter })
const authorityOf = ({ environment, until, uses, terms, on_behalf_of }: GrantAuthority): GrantAuthority => ({
  environment,
  until,
  uses,
  terms,
  on_behalf_of,
})

function revoke(grant: Grant, { grant: id, reason }: GrantCommand & { type: 'revoke' }): readonly GrantEvent[] {
  if (grant.status === 'none') throw grantNotFound(id)
  if (grant.status === 'revoked') return []
  return [{ type: 'grant.revoked', body: { grant: grant.issued.grant, reason } }]
}
