import type { Json } from '../json.ts'
import type { LedgerEvent, PayloadRef } from '../ledger/event.ts'

/** What a trace is put together from. */
export interface TraceSource {
  readonly run: string
  /** Of the run's own stream, oldest first. */
  readonly events: readonly LedgerEvent[]
  /** Opened content of the run's stream; nothing where it is no longer kept. */
  content(ref: PayloadRef): Json | undefined
  /** Events of the approval and handoff streams that the run waited for, by stream. */
  readonly beside: ReadonlyMap<string, readonly LedgerEvent[]>
}
