/** What the measuring process is told, and what it answers. */
import type { GrownRun } from './grow-runs.ts'
import type { Place } from './open-house.ts'

export interface Orders {
  readonly rounds: number
  readonly grown: { readonly place: Place; readonly runs: readonly GrownRun[] }
  readonly ledgers: readonly { readonly place: Place; readonly events: number }[]
  /** Effects in the windows of the last ledger, which is the largest. */
  readonly inWindow: readonly number[]
}

/** Milliseconds, by what grew, then by how large it was. */
export type Times = Record<string, Record<number, number[]>>

export interface Measured {
  readonly times: Times
  /** Writes that the bench asked for, and keys that its system of record saw. */
  readonly asked: number
  readonly written: number
}
