/** What is known of whether a run reached what it was for: the events of an `outcome/<run>` stream. Keys as they are stored. */
import type { JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'

export type { PayloadRef }

export type OutcomeRecorded = {
  readonly run: string
  readonly by: string
  /** The read tool that looked in the system of record, and the run in which it was called; absent where a principal says so. */
  readonly tool?: string
  readonly seen_in?: string
  /** Names of the page's `outcome.unsafe` that were found to have come of the run. */
  readonly unsafe: readonly string[]
  readonly note: PayloadRef | null
}

export type OutcomeEvent =
  | { readonly type: 'outcome.verified'; readonly body: OutcomeRecorded }
  | { readonly type: 'outcome.failed'; readonly body: OutcomeRecorded }

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readOutcomeEvent = ({ type, body }: { readonly type: string; readonly body: JsonObject }): OutcomeEvent =>
  ({ type, body: body as never }) as OutcomeEvent
