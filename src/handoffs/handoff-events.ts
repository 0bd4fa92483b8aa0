/** What can happen to a handoff: the events of a `handoff/<id>` stream. Keys are in snake_case, as they are stored. */
import type { ErrorCode } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'

export type { PayloadRef }

export type HandoffAssigned = {
  readonly handoff: string
  readonly run: string
  readonly agent: string
  /** A group of the group file, or one person by name. */
  readonly group: string
  /** Why the run could not go on alone. */
  readonly code: ErrorCode
  /** The bound that was reached, such as `max_cost_usd`. */
  readonly bound?: string
}

/** What a person adds to the run's budget when handing it back. Money in micro-dollars. */
export type HandoffExtension = {
  readonly turns?: number
  readonly tool_calls?: number
  readonly cost_micro_usd?: number
}

export type HandoffClaimed = { readonly handoff: string; readonly by: string }
export type HandoffResolved = { readonly handoff: string; readonly by: string; readonly outcome: PayloadRef | null }
export type HandoffReturned = {
  readonly handoff: string
  readonly by: string
  readonly note: PayloadRef | null
  readonly extends?: HandoffExtension
}

export type HandoffEvent =
  | { readonly type: 'handoff.assigned'; readonly body: HandoffAssigned }
  | { readonly type: 'handoff.claimed'; readonly body: HandoffClaimed }
  | { readonly type: 'handoff.resolved'; readonly body: HandoffResolved }
  | { readonly type: 'handoff.returned'; readonly body: HandoffReturned }

/** An event as the ledger gives it back. */
export interface StoredEvent {
  readonly type: string
  readonly body: JsonObject
}

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readHandoffEvent = ({ type, body }: StoredEvent): HandoffEvent =>
  ({ type, body: body as never }) as HandoffEvent
