/** Everything that a SQLite ledger keeps for good, in one hash: to see that nothing of it was lost, added or changed. */
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

export interface LedgerState {
  readonly events: number
  readonly hash: string
}

export function ledgerState(file: string): LedgerState {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  try {
    const rows = database.prepare('SELECT * FROM events ORDER BY position').all()
    return { events: rows.length, hash: createHash('sha256').update(JSON.stringify(rows)).digest('hex') }
  } finally {
    database.close()
  }
}
