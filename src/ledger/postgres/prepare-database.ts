/** Brings a database to this program's schema; one that a newer Charter wrote is left untouched. */
import type pg from 'pg'
import type { Clock } from '../../clock.ts'
import { newId, type Randomness } from '../../ids.ts'
import { postgresDialect } from '../migrations/dialect.ts'
import { requireKnownVersion, schemaVersion, statementsSince } from '../migrations/migrations.ts'
import { begin, wholeHouse } from './locks.ts'
import { mostEvents, type PositionOffset, transactionNumber } from './positions.ts'
import { type Connection, withConnection } from './postgres-connection.ts'

export interface PreparedDatabase {
  readonly ledgerId: string
  readonly offset: PositionOffset
}

/** Throws `ledger_newer` before anything is written, and `ledger_unavailable`. */
export function prepareDatabase(
  pool: pg.Pool,
  where: string,
  clock: Clock,
  random: Randomness,
): Promise<PreparedDatabase> {
  return withConnection(pool, where, async (connection) => {
    requireKnownVersion(await storedVersion(connection), where)
    // Alone in the house: two processes that start at once upgrade one after the other.
    await connection.query(begin('', wholeHouse))
    await upgrade(connection, where, clock, random)
    const offset = await moveOffset(connection)
    const ledgerId = await meta(connection, 'ledger')
    await connection.query('COMMIT')
    return { ledgerId, offset }
  })
}

async function upgrade(connection: Connection, where: string, clock: Clock, random: Randomness): Promise<void> {
  const version = await storedVersion(connection)
  requireKnownVersion(version, where)
  if (version === schemaVersion) return
  if (version === 0) {
    await connection.query(`CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)`)
    await setMeta(connection, 'ledger', newId('ldg', clock, random))
    await setMeta(connection, 'position_offset', '0')
  }
  for (const statement of statementsSince(version, postgresDialect)) await connection.query(statement)
  await setMeta(connection, 'schema', String(schemaVersion))
}

/** In a younger database server (after a restore) transaction numbers begin low again: places go on from the last. */
async function moveOffset(connection: Connection): Promise<PositionOffset> {
  const { rows } = await connection.query(
    `SELECT ${transactionNumber} AS transaction, coalesce(max(position), 0) AS last FROM events`,
  )
  const offset = Number(await meta(connection, 'position_offset'))
  const transaction = Number(rows[0]?.transaction)
  const lastUsed = Math.floor(Number(rows[0]?.last) / mostEvents)
  if (transaction + offset > lastUsed) return offset
  const moved = lastUsed + 1 - transaction
  await setMeta(connection, 'position_offset', String(moved))
  return moved
}

async function storedVersion(connection: Connection): Promise<number> {
  // Read from the catalog itself: `to_regclass` may answer from what this connection knew before it waited for its lock.
  const { rows } = await connection.query(
    `SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'`,
  )
  return rows.length > 0 ? Number(await meta(connection, 'schema')) : 0
}

async function meta(connection: Connection, name: string): Promise<string> {
  const { rows } = await connection.query({ name: '', text: 'SELECT value FROM meta WHERE name = $1', values: [name] })
  return String(rows[0]?.value)
}

async function setMeta(connection: Connection, name: string, value: string): Promise<void> {
  const text = `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
  await connection.query({ name: '', text, values: [name, value] })
}
