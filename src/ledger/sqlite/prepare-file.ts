/** Brings a SQLite file to this program's settings and schema; one that a newer Charter wrote is left untouched. */
import type { Clock } from '../../clock.ts'
import { newId, type Randomness } from '../../ids.ts'
import { sqliteDialect } from '../migrations/dialect.ts'
import { requireKnownVersion, schemaVersion, statementsSince } from '../migrations/migrations.ts'
import { text } from '../statements/row-values.ts'
import { tellPlanner } from './planner-statistics.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

const settings = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA fullfsync = ON',
  'PRAGMA foreign_keys = ON',
  'PRAGMA temp_store = MEMORY',
  'PRAGMA journal_size_limit = 16777216',
]

/** Throws `ledger_newer` before anything is written, and whatever SQLite says; busy is the caller's to retry. */
export function prepareFile(connection: SqliteConnection): void {
  requireKnownVersion(storedVersion(connection), connection.file)
  for (const setting of settings) connection.exec(setting)
  connection.syncs('FULL')
}

/** Creates or upgrades the schema, and gives the ledger's id. */
export function migrate(connection: SqliteConnection, clock: Clock, random: Randomness): string {
  if (storedVersion(connection) !== schemaVersion) upgrade(connection, clock, random)
  createLeases(connection)
  const [row = {}] = connection.plainRows({ sql: `SELECT value FROM meta WHERE name = 'ledger'`, params: {} })
  return text(row, 'value')
}

function upgrade(connection: SqliteConnection, clock: Clock, random: Randomness): void {
  connection.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have done it while this one waited for the file.
    const version = storedVersion(connection)
    requireKnownVersion(version, connection.file)
    if (version === 0) create(connection, newId('ldg', clock, random))
    for (const statement of statementsSince(version, sqliteDialect)) connection.exec(statement)
    tellPlanner(connection)
    setMeta(connection, 'schema', String(schemaVersion))
    connection.exec('COMMIT')
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

function create(connection: SqliteConnection, ledgerId: string): void {
  connection.exec(`CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`)
  setMeta(connection, 'ledger', ledgerId)
}

/** A lease ends with the process that holds the file's one engine place, so it is never written to the disk. */
function createLeases(connection: SqliteConnection): void {
  connection.exec(`CREATE TEMP TABLE IF NOT EXISTS leases (
    tenant TEXT NOT NULL, run TEXT NOT NULL, owner TEXT NOT NULL, epoch INTEGER NOT NULL, until INTEGER NOT NULL,
    PRIMARY KEY (tenant, run)
  ) STRICT, WITHOUT ROWID`)
}

function storedVersion(connection: SqliteConnection): number {
  const [meta] = connection.rows({ sql: `SELECT 1 FROM sqlite_schema WHERE name = 'meta'`, params: {} })
  if (!meta) return 0
  const [row = {}] = connection.plainRows({ sql: `SELECT value FROM meta WHERE name = 'schema'`, params: {} })
  return Number(text(row, 'value'))
}

const setMeta = (connection: SqliteConnection, name: string, value: string) =>
  connection.run({
    sql: `INSERT INTO meta (name, value) VALUES (:name, :value)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    params: { name, value },
  })
