/** SQLite's result codes, and what they mean for whoever asked. */
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { CharterError, isCharterError } from '../../errors.ts'

const busy = 5
const locked = 6
const readOnly = 8
const full = 13
const cannotOpen = 14
const constraint = 19
const notADatabase = 26

/** The primary result code, or nothing for an error that is not SQLite's. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === busy || code === locked
}

/** What SQLite said, in the words of this house; an error of another kind comes back as it is. */
export function asLedgerError(error: unknown, file: string): unknown {
  if (isCharterError(error)) return error
  const code = sqliteCode(error)
  const said = error instanceof Error ? error.message : String(error)
  switch (code) {
    case undefined:
      return systemError(error, file) ?? error
    case full:
      return new CharterError(
        'ledger_full',
        `the disk of the ledger \`${file}\` is full; nothing of the batch was kept`,
        {
          hint: 'make room on that disk; runs go on from what was committed',
          cause: error,
        },
      )
    case readOnly:
      return cannotBeWritten(error, file)
    case constraint:
      return new CharterError('internal', `the ledger \`${file}\` refused a row: ${said}`, { cause: error })
    case notADatabase:
      return new CharterError('ledger_unavailable', `\`${file}\` is not a ledger`, {
        hint: 'name another file, or move this one away',
        cause: error,
      })
    case cannotOpen:
      if (!canBeWritten(file)) return cannotBeWritten(error, file)
      return new CharterError('ledger_unavailable', `the ledger \`${file}\` cannot be opened`, {
        hint: 'see that its folder is there and that this user may write in it',
        cause: error,
      })
    default:
      return new CharterError('ledger_unavailable', `the ledger \`${file}\` failed: ${said}`, { cause: error })
  }
}

/** SQLite says of a read-only disk that it cannot open the files that it would have to write beside the ledger. */
function canBeWritten(file: string): boolean {
  try {
    accessSync(path.dirname(path.resolve(file)), constants.W_OK)
    if (existsSync(file)) accessSync(file, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function systemError(error: unknown, file: string): CharterError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  // A folder that cannot be made on a read-only disk is told as one that is not there.
  if (['EROFS', 'EACCES', 'EPERM', 'ENOENT'].includes(String(code))) return cannotBeWritten(error, file)
  if (code === 'ERR_INVALID_STATE') {
    return new CharterError('ledger_unavailable', `the ledger \`${file}\` is closed`, { cause: error })
  }
  return undefined
}

const cannotBeWritten = (error: unknown, file: string) =>
  new CharterError('ledger_read_only', `the ledger \`${file}\` cannot be written by this user or on this disk`, {
    hint: 'give this user the right to write the file and its folder, or name another file',
    cause: error,
  })
