/**
 * One engine per file. The place is an exclusive lock on a second, empty SQLite file beside the ledger: it dies with
 * its process, however that dies. Nothing else in the process may open that file, because closing any descriptor of
 * it would drop the lock (POSIX); so this is the only code that names it.
 */
import { CharterError } from '../../errors.ts'
import type { ConnectSqlite, SqliteDatabase } from './sqlite-connection.ts'
import { isBusy } from './sqlite-errors.ts'

export interface PlaceLock {
  release(): void
}

/** Throws `ledger_locked`; `holder` says who has it, as far as the ledger knows. */
export function lockPlace(file: string, connect: ConnectSqlite, holder: () => string | undefined): PlaceLock {
  const lock = connect(`${file}.engine`)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw isBusy(error) ? placeTaken(file, holder()) : error
  }
  return { release: () => release(lock) }
}

export const placeTaken = (file: string, holder: string | undefined) =>
  new CharterError(
    'ledger_locked',
    `another engine has the ledger \`${file}\`: ${holder ?? 'it has only just begun'}`,
    { hint: 'end that process first, or give this one a ledger of its own' },
  )

function release(lock: SqliteDatabase): void {
  lock.exec('ROLLBACK')
  lock.close()
}
