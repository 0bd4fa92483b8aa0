/** What a policy is asked: plain facts that were recorded before, nothing that is looked up while it answers. */
import type { JsonObject } from '../json.ts'

export interface PolicyRequest {
  readonly agent: string
  readonly tool: string
  /** The primary subject, by its pseudonym; absent for a tool without subjects. */
  readonly subject?: { readonly kind: string; readonly id: string }
  readonly context: PolicyContext
}

export interface PolicyContext {
  /** Validated arguments, output side. */
  readonly args: JsonObject
  /** Validated facts of the system of record. */
  readonly facts: JsonObject
  /** Signatures by group: `context.approvals.finance >= 1`. */
  readonly approvals: Readonly<Record<string, number>>
  /** The effective stage: the page's, lowered by stops. */
  readonly stage: string
  /** Top-level arguments present. */
  readonly fields: readonly string[]
  /** Cited documents that this run has read. */
  readonly citations: number
  /** Intent was stated, and each piece of its evidence was read in this run. */
  readonly intent: boolean
  /** Sum or count already moved in the window, by the limit's name, this action excluded. */
  readonly limits: Readonly<Record<string, number>>
  /** Committed, in-flight or unknown effects that hold the `once` key within its window. */
  readonly once: number
  /** The grant names the subject that the page wants named. */
  readonly granted: boolean
  readonly dryRun: boolean
  /** Who the run acts for; an empty string when nobody. */
  readonly requester: string
}
