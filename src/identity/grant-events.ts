/** What can happen to a grant: the events of a `grant/<id>` stream. Keys are in snake_case, as they are stored. */
import type { JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'

export type { PayloadRef }

/** What a part that is absent leaves unbounded is bounded by the page alone; an empty list allows nothing. */
export type GrantTerms = {
  readonly tools?: readonly string[]
  /** Kind to the pseudonyms of the subjects that may be touched. */
  readonly subjects?: { readonly [kind: string]: readonly string[] }
  /** Tool to measure to the most that may be moved under this grant, whole units, from its issue to its end. */
  readonly limits?: { readonly [tool: string]: { readonly [measure: string]: number } }
}

/** What a grant allows, apart from who holds it. Times are milliseconds since 1970; null is without end. */
export type GrantAuthority = {
  readonly environment: string
  readonly until: number | null
  /** So many effects at most. */
  readonly uses: number | null
  readonly terms: GrantTerms
  readonly on_behalf_of: string | null
}

export type GrantIssued = GrantAuthority & {
  readonly grant: string
  readonly parent: string | null
  readonly agent: string
  /** Hash of the page that this grant is a part of. */
  readonly charter: string
}

export type GrantRevoked = { readonly grant: string; readonly reason: PayloadRef | null }

export type GrantEvent =
  | { readonly type: 'grant.issued'; readonly body: GrantIssued }
  | { readonly type: 'grant.revoked'; readonly body: GrantRevoked }

/** An event as the ledger gives it back. */
export interface StoredEvent {
  readonly type: string
  readonly body: JsonObject
}

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readGrantEvent = ({ type, body }: StoredEvent): GrantEvent => ({ type, body: body as never }) as GrantEvent
