import { spawnSync } from 'node:child_process'
import path from 'node:path'
import type { LedgerPlace } from '../rebuild-ledger.ts'

const program = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

/** What `charter ledger verify` says, in a fresh process, of a ledger that nobody has open. */
export function ledgerVerifies({ folder, ledger }: LedgerPlace): boolean {
  const args = [program, 'ledger', 'verify', '--json', '--ledger', ledger]
  return spawnSync(process.execPath, args, { cwd: folder, stdio: 'ignore' }).status === 0
}
