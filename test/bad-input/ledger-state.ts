/** Everything that a SQLite ledger keeps for good: to see that nothing of it was lost, added or changed. */
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

export interface LedgerState {
  readonly events: number
  readonly hash: string
}

/** The rows, oldest first. */
export function eventsIn(file: string): readonly Record<string, unknown>[] {
  using database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  return database.prepare('SELECT * FROM events ORDER BY position').all()
}

export function ledgerState(file: string): LedgerState {
  const rows = eventsIn(file)
  return { events: rows.length, hash: createHash('sha256').update(JSON.stringify(rows)).digest('hex') }
}
