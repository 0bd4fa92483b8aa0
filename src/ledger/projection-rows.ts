/** What a rebuild needs of a ledger: its rows beside the events they were made from, as of one moment. */
import type { LedgerEvent } from './event.ts'
import type { Row } from './projection.ts'

export interface ProjectionRows {
  /** Events of every tenant after a position, oldest first, never past one that may still be undone. */
  events(after: number, most: number): Promise<readonly LedgerEvent[]>
  /** A page of a table in the order of its key, with every event after a position that those rows already show. */
  look(page: Page): Promise<Seen>
  /** Changes rows while nobody appends; `decide` is told what was appended after the position. */
  mend(after: number, decide: (events: readonly LedgerEvent[]) => readonly Mending[]): Promise<void>
}

export interface Page {
  /** Position after which events are wanted. */
  readonly after: number
  readonly table: string
  /** The key of the last row of the page before; none for the first page. */
  readonly beyond?: Row | undefined
  readonly most: number
}

export interface Seen {
  readonly events: readonly LedgerEvent[]
  /** Every event below this position was among those shown, now or before; later ones may still appear among them. */
  readonly settled: number
  /** Whole rows, `tenant` among their columns. */
  readonly rows: readonly Row[]
}

/** The row as it should be, or the key of one that should not be there. */
export type Mending =
  | { readonly mend: 'put'; readonly table: string; readonly row: Row }
  | { readonly mend: 'remove'; readonly table: string; readonly key: Row }
