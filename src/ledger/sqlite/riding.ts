/**
 * Which events of a file ride: committed, and not synced yet. One row says so to every process: the places of the first
 * and the last of them. What a commit that is synced appends stands behind the last, so such a commit clears the row by
 * itself and writes nothing for it; only one that appends nothing has to, because a commit that writes nothing syncs
 * nothing. In WAL mode others see a commit only after its sync, so whoever sees the row cleared sees what is durable.
 */
import { integer } from '../statements/row-values.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** The last place that an event stands at; 0 in a ledger without events. */
export function lastPosition(connection: SqliteConnection): number {
  return integer(connection.plainRows(selectLast)[0] ?? {}, 'position')
}

/** The place of the first event that may still be undone, or nothing. */
export function firstRiding(connection: SqliteConnection): number | undefined {
  const [row] = connection.plainRows(selectRiding)
  if (row === undefined) return undefined
  const [first = 0, last = 0] = String(row.value).split(' ').map(Number)
  return last > 0 && last === lastPosition(connection) ? first : undefined
}

/** Says that everything after the place rides, and what rode before it still does. */
export function markRiding(connection: SqliteConnection, after: number, before: number | undefined): void {
  const last = lastPosition(connection)
  if (last > after) connection.run(setRiding(`${before ?? after + 1} ${last}`))
}

/** Writes, so that the commit syncs; true where there was anything to sync. */
export function clearRiding(connection: SqliteConnection): boolean {
  if (firstRiding(connection) === undefined) return false
  connection.run(setRiding('0 0'))
  return true
}

const selectLast = { sql: 'SELECT coalesce(max(position), 0) AS position FROM events', params: {} }
const selectRiding = { sql: `SELECT value FROM meta WHERE name = 'riding'`, params: {} }
const setRiding = (value: string) => ({
  sql: `INSERT INTO meta (name, value) VALUES ('riding', :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  params: { value },
})
