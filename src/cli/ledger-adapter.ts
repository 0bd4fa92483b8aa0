/** What the house's ledger can do beyond what runs need of it: checkpoints for exports, rows for rebuilding. */
import { CharterError } from '../errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { PostgresLedger } from '../ledger/postgres/postgres-ledger.ts'
import { SqliteLedger } from '../ledger/sqlite/sqlite-ledger.ts'

export function adapterOf(ledger: Ledger): SqliteLedger | PostgresLedger {
  if (ledger instanceof SqliteLedger || ledger instanceof PostgresLedger) return ledger
  throw new CharterError('internal', `a ledger on ${ledger.database} can be neither exported nor rebuilt`)
}
