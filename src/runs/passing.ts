import { type ErrorCode, isCharterError } from '../errors.ts'

/** A page that does not compile, or not with the tools of this process, says so with one of these. */
const ofPages: ReadonlySet<ErrorCode> = new Set(['charter_invalid', 'policy_invalid'])

/** A ledger that cannot be written says so with one of these. In neither case is anything wrong with the run. */
const passing: ReadonlySet<ErrorCode> = new Set([
  ...ofPages,
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

export const isOfPage = (error: unknown): boolean => isCharterError(error) && ofPages.has(error.code)
