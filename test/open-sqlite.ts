/** Opens a SQLite ledger for tests; also from another thread, which imports this module by its URL. */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { systemClock } from '../src/clock.ts'
import { systemRandomness } from '../src/ids.ts'
import type { LedgerUnderTest, OpenLedger } from '../src/ledger/contract/ledger-under-test.ts'
import { openSqliteLedger } from '../src/ledger/sqlite/sqlite-ledger.ts'

export const open: OpenLedger = (file, projections) =>
  openSqliteLedger({ file, projections, clock: systemClock, random: systemRandomness })

export async function freshPlace() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-ledger-'))
  const remove = async () => rmSync(folder, { recursive: true, force: true })
  return { place: path.join(folder, 'ledger.db'), remove }
}

export const sqliteFile: LedgerUnderTest = { freshPlace, open, opener: new URL(import.meta.url) }

export const sqliteMemory: LedgerUnderTest = {
  freshPlace: async () => ({ place: ':memory:', remove: async () => {} }),
  open,
}
