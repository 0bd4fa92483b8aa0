/** `charter ledger verify` on the ledger itself: every event, leaf and checkpoint, with the keyring's public key. */
import { exportLedger } from '../../src/ledger/export.ts'
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
  const { ledger, keyring, clock, tenant } = house
  const signer = await keyring.signingKey()
  const began = performance.now()
  const lines = exportLedger({
    ledgerId: ledger.id,
    store: ledger.checkpoints,
    signer,
    clock,
    scope: { of: 'tenant', tenant },
    payloads: ledger.payloads.bind(ledger),
  })
  const { events, streams, problems } = await verifyExport(lines, { publicKey: signer.publicKey })
  return { events, streams, problems: problems.length, ms: performance.now() - began }
}
