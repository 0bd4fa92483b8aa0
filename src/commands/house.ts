/** What a command needs: the ledger, its keys, and whose rows they are. No tool, no agent, no engine. */
import type { Clock } from '../clock.ts'
import type { Randomness } from '../ids.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { Ledger } from '../ledger/ledger.ts'

export interface House {
  readonly ledger: Ledger
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Randomness
  readonly tenant: string
  readonly environment: string
}
