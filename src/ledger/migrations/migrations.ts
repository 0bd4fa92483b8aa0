/**
 * The schema's history, one entry a version, append-only: version n is what entry n - 1 leaves behind. One list for
 * both databases, written in the words of `dialect.ts`.
 */
import { CharterError } from '../../errors.ts'
import { ledgerTables } from './0001-ledger.ts'
import { movementSums } from './0001-movement-sums.ts'
import { projectionTablesOfVersion1 } from './0001-projections.ts'
import type { Dialect } from './dialect.ts'

type Migration = (dialect: Dialect) => readonly string[]

const migrations: readonly Migration[] = [
  (dialect) => [...ledgerTables(dialect), ...projectionTablesOfVersion1(dialect), ...movementSums(dialect)],
]

export const schemaVersion = migrations.length

/** The statements that bring a schema of the given version (0: an empty database) up to this one's. */
export function statementsSince(version: number, dialect: Dialect): readonly string[] {
  return migrations.slice(version).flatMap((migration) => migration(dialect))
}

/** Throws `ledger_newer`: an older program must not write what it does not understand. */
export function requireKnownVersion(version: number, ledger: string): void {
  if (version <= schemaVersion) return
  throw new CharterError(
    'ledger_newer',
    `the ledger \`${ledger}\` has schema ${version}, and this Charter knows ${schemaVersion}`,
    { hint: 'use the Charter that wrote it, or a newer one; nothing was changed' },
  )
}
