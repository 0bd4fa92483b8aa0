/** Opens a SQLite ledger for tests; also from another thread, which imports this module by its URL. */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { systemClock } from '../src/clock.ts'
import { systemRandomness } from '../src/ids.ts'
import type { LedgerUnderTest, OpenLedger } from '../src/ledger/contract/ledger-under-test.ts'
import { firstRiding, lastPosition } from '../src/ledger/sqlite/riding.ts'
import { connectSqlite, SqliteConnection } from '../src/ledger/sqlite/sqlite-connection.ts'
import { openSqliteLedger } from '../src/ledger/sqlite/sqlite-ledger.ts'

export const open: OpenLedger = (file, projections) =>
  openSqliteLedger({ file, projections, clock: systemClock, random: systemRandomness })

export async function freshPlace() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-ledger-'))
  const remove = async () => rmSync(folder, { recursive: true, force: true })
  return { place: path.join(folder, 'ledger.db'), remove }
}

/** By the file's own word on what rides; that the word is right is counted in system calls, in `disk.test.ts`. */
async function syncedLater(file: string): Promise<() => Promise<boolean>> {
  const look = <Answer>(at: (connection: SqliteConnection) => Answer): Answer => {
    const connection = new SqliteConnection(file, connectSqlite)
    try {
      return at(connection)
    } finally {
      connection.close()
    }
  }
  const last = look(lastPosition)
  return async () => (look(firstRiding) ?? Number.POSITIVE_INFINITY) > last
}

export const sqliteFile: LedgerUnderTest = { freshPlace, open, opener: new URL(import.meta.url), syncedLater }

export const sqliteMemory: LedgerUnderTest = {
  freshPlace: async () => ({ place: ':memory:', remove: async () => {} }),
  open,
}
