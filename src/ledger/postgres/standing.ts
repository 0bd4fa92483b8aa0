/** What the ledger itself has to know, read in the same statement as the reads: heads, leases, the clock, its number. */

import { runOf } from '../append.ts'
import type { StreamHead } from '../hash-chain.ts'
import type { Lease } from '../ledger.ts'
import { leaseOf } from '../statements/engines.ts'
import { integer, text } from '../statements/row-values.ts'
import { behind } from './flushes.ts'
import { transactionNumber } from './positions.ts'
import { asJson, type Extra, rowsIn } from './read-all.ts'

export interface Standing {
  readonly now: number
  readonly transaction: number
  /** Among what was seen may be something that is not synced yet. */
  readonly behind: boolean
  readonly heads: ReadonlyMap<string, StreamHead>
  readonly leases: ReadonlyMap<string, Lease>
}

export const ownReads = (streams: readonly string[]): Extra[] => [
  { name: 'transaction', sql: transactionNumber },
  { name: 'behind', sql: `SELECT ${behind}` },
  {
    name: 'heads',
    sql: asJson(
      'SELECT stream, seq, hash FROM heads WHERE tenant = :tenant AND stream = ANY (CAST(:streams AS TEXT[]))',
    ),
    params: { streams },
  },
  {
    name: 'leases',
    sql: asJson(
      'SELECT run, owner, epoch, until FROM leases WHERE tenant = :tenant AND run = ANY (CAST(:runs AS TEXT[]))',
    ),
    params: { runs: streams.map(runOf) },
  },
]

export function standingIn(columns: Readonly<Record<string, unknown>>): Standing {
  const { now, transaction } = columns
  return {
    now: Number(now),
    transaction: Number(transaction),
    behind: columns.behind === true,
    heads: new Map(
      rowsIn(columns, 'heads').map((row) => [
        text(row, 'stream'),
        { seq: integer(row, 'seq'), hash: text(row, 'hash') },
      ]),
    ),
    leases: new Map(rowsIn(columns, 'leases').map((row) => [text(row, 'run'), leaseOf(row)])),
  }
}
