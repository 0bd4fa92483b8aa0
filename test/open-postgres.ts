/** Opens a PostgreSQL ledger for tests; also from another thread, which imports this module by its URL. */
import pg from 'pg'
import { systemClock } from '../src/clock.ts'
import { systemRandomness } from '../src/ids.ts'
import type { LedgerUnderTest, OpenLedger } from '../src/ledger/contract/ledger-under-test.ts'
import { openPostgresLedger } from '../src/ledger/postgres/postgres-ledger.ts'
import { freshDatabase } from './postgres.ts'

export const open: OpenLedger = (url, projections) =>
  openPostgresLedger({ url, projections, clock: systemClock, random: systemRandomness })

let database: ReturnType<typeof freshDatabase> | undefined

/** One database for a test file, emptied for each of its tests: making one takes longer than most tests. */
export async function freshPlace() {
  database ??= freshDatabase()
  const { url } = await database
  await empty(url)
  return { place: url, remove: async () => {} }
}

async function empty(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(tables)
    if (rows.length > 0) await client.query(`TRUNCATE ${rows.map(({ tablename }) => tablename).join(', ')}`)
  } finally {
    await client.end()
  }
}

const tables = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'meta'`

/** By the server's own word on how far its log is written and how far it is flushed. */
async function syncedLater(url: string): Promise<() => Promise<boolean>> {
  const ask = async (sql: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query(sql, values)).rows[0]?.found
    } finally {
      await client.end()
    }
  }
  const written = await ask('SELECT pg_current_wal_insert_lsn() AS found')
  return () => ask('SELECT pg_current_wal_flush_lsn() >= CAST($1 AS pg_lsn) AS found', [written])
}

export const postgres: LedgerUnderTest = { freshPlace, open, opener: new URL(import.meta.url), syncedLater }
