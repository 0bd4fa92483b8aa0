/** PostgreSQL's error codes, and what they mean for whoever asked. */
import { CharterError, isCharterError } from '../../errors.ts'

export const uniqueViolation = '23505'
/** The class of codes for a row that breaks a constraint. */
const refusedRow = '23'
const deadlock = '40P01'
const lockTimeout = '55P03'
const queryCancelled = '57014'

/** The five characters that the server sent, or nothing when it was not the server that failed. */
export function serverCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return 'severity' in error ? error.code : undefined
}

/** The connection is gone, or the server is: what was asked last may or may not have been done. */
export function isConnectionLost(error: unknown): boolean {
  if (isCharterError(error)) return false
  const code = serverCode(error)
  return code === undefined || code.startsWith('57P') || code.startsWith('08') || code === '25P03' || code === '25P04'
}

/** The transaction was undone for the sake of another, and may simply be tried again. */
export const isDeadlock = (error: unknown) => serverCode(error) === deadlock

const meanings: Readonly<Record<string, { code: 'ledger_full' | 'ledger_read_only'; says: string; hint: string }>> = {
  '53100': {
    code: 'ledger_full',
    says: 'the disk of the ledger is full; nothing of the transaction was kept',
    hint: 'make room on the disk of the database server; runs go on from what was committed',
  },
  '25006': {
    code: 'ledger_read_only',
    says: 'the database takes no writes',
    hint: 'connect to the primary, not to a standby, as a user who may write',
  },
  '42501': {
    code: 'ledger_read_only',
    says: 'this database user may not write the ledger',
    hint: 'grant the user the right to create and write tables in the database',
  },
}

/** What the server or the connection said, in the words of this house. `where` names the server without a password. */
export function asLedgerError(error: unknown, where: string): unknown {
  if (isCharterError(error)) return error
  const code = serverCode(error)
  const known = code === undefined ? undefined : meanings[code]
  if (known) return new CharterError(known.code, `${known.says} (\`${where}\`)`, { hint: known.hint, cause: error })
  if (code === lockTimeout || code === queryCancelled) return heldTooLong(error, where)
  if (error instanceof Error && code?.startsWith(refusedRow)) {
    return new CharterError('internal', `the ledger \`${where}\` refused a row: ${error.message}`, { cause: error })
  }
  if (error instanceof Error && (isConnectionLost(error) || code !== undefined)) return unavailable(error, where)
  return error
}

const heldTooLong = (cause: unknown, where: string) =>
  new CharterError('ledger_unavailable', `a lock of the ledger \`${where}\` stayed held for too long`, {
    hint: 'nothing of this transaction was kept; see `pg_stat_activity` for who holds it',
    cause,
  })

const unavailable = (cause: Error, where: string) =>
  new CharterError('ledger_unavailable', `the ledger \`${where}\` failed: ${cause.message}`, {
    hint: 'see that the database server runs and takes connections',
    cause,
  })
