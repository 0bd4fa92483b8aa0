/** What can happen to an approval: the events of an `approval/<id>` stream. Keys are in snake_case, as they are stored. */
import type { ErrorCode } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'

export type { PayloadRef }

/** So many people of a group, or `subject:KIND`: the person whom the action's subject of that kind names. */
export type AskedStep = { readonly from: string; readonly count: number }

/** A person's yes, and the step's `from` that it counts for. */
export type Signature = { readonly by: string; readonly group: string }

export type ApprovalRequested = {
  readonly approval: string
  readonly run: string
  readonly action: string
  readonly agent: string
  readonly tool: string
  readonly risk: string
  /** Keyed digest of exactly what is asked; every answer names it. */
  readonly digest: string
  readonly steps: readonly AskedStep[]
  readonly expires_at: number
  /** The approval in whose place this one is asked. */
  readonly supersedes?: string
  readonly question: PayloadRef | null
  /** On whose behalf the agent acts. */
  readonly requester?: string
  /** Signatures to begin with: whoever edited the action has signed what came of it. */
  readonly signatures?: readonly Signature[]
}

export type ApprovalEventBodies = {
  'approval.requested': ApprovalRequested
  'approval.signed': Signature & { readonly approval: string; readonly digest: string }
  'approval.granted': { readonly approval: string; readonly by: readonly string[]; readonly digest: string }
  'approval.denied': Signature & {
    readonly approval: string
    readonly reason: PayloadRef | null
    readonly digest: string
  }
  'approval.edited': Signature & {
    readonly approval: string
    readonly arguments: PayloadRef
    readonly digest: string
  }
  'approval.expired': { readonly approval: string }
  'approval.cancelled': { readonly approval: string; readonly code: ErrorCode }
  'approval.superseded': { readonly approval: string; readonly code: ErrorCode }
  'approval.consumed': { readonly approval: string; readonly effect: string }
}

export type ApprovalEventType = keyof ApprovalEventBodies
export type ApprovalEvent = {
  [Type in ApprovalEventType]: { readonly type: Type; readonly body: ApprovalEventBodies[Type] }
}[ApprovalEventType]

/** An event as the ledger gives it back. */
export interface StoredEvent {
  readonly type: string
  readonly body: JsonObject
}

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readApprovalEvent = ({ type, body }: StoredEvent): ApprovalEvent =>
  ({ type, body: body as never }) as ApprovalEvent
