/**
 * Lists and screens are projections: rows made from events in the same transaction, and made again from the events
 * alone by `charter ledger rebuild`. So a projection sees one event and nothing else: no row, no clock, no key.
 */
import type { LedgerEvent } from './event.ts'

export type Column = string | number | null
export type Row = Readonly<Record<string, Column>>

export type Change =
  | { change: 'put'; table: string; row: Row }
  | { change: 'patch'; table: string; key: Row; set: Row }
  /** Adds numbers to columns of a row that is there. */
  | { change: 'add'; table: string; key: Row; by: Readonly<Record<string, number>> }
  | { change: 'remove'; table: string; key: Row }

export interface Projection {
  readonly name: string
  /** Tables that this projection alone writes; created by the ledger's migrations. */
  readonly tables: readonly string[]
  project(event: LedgerEvent): readonly Change[]
}
