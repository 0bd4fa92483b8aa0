/** `charter ledger verify` on the ledger itself: every event, leaf and checkpoint, with the keyring's public key. */
import { exportHouse } from '../../src/ledger/export-house.ts'
import { verifyExport } from '../../src/ledger/verify.ts'
import type { Clerk } from './open-clerk.ts'

export interface Verified {
  readonly events: number
  readonly streams: number
  readonly ms: number
  readonly problems: number
}

/** With the sealed content, and with the checkpoint over all that is new, which comes first. */
export async function timeVerify({ house }: Clerk): Promise<Verified> {
  const key = await house.keyring.signingKey()
  const began = performance.now()
  const lines = await exportHouse(house, { of: 'tenant', tenant: house.tenant }, 'all')
  const { events, streams, problems } = await verifyExport(lines, key)
  return { events, streams, problems: problems.length, ms: performance.now() - began }
}
