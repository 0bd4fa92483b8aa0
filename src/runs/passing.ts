import { type ErrorCode, isCharterError } from '../errors.ts'

/** A ledger that cannot be written says so with one of these: nothing is wrong with the run. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'ledger_unavailable',
  'ledger_full',
  'ledger_read_only',
  'ledger_commit_unknown',
  'ledger_version_conflict',
  'ledger_lease_lost',
  'keyring_unavailable',
])

/** Whether the same may go well a little later. */
export const isPassing = (error: unknown): boolean => isCharterError(error) && passing.has(error.code)
