/** An export out of a house at hand: with its own checkpoints, signed with its own key. */
import type { Clock } from '../clock.ts'
import type { CheckpointSigner } from './checkpoint.ts'
import { type ExportParts, exportLedger } from './export.ts'
import type { Ledger } from './ledger.ts'

export interface ExportHouse {
  readonly ledger: Pick<Ledger, 'id' | 'checkpoints' | 'payloads'>
  readonly keyring: { signingKey(): Promise<CheckpointSigner> }
  readonly clock: Clock
}

/** Lines, each with its newline; `all`: with every sealed payload that is kept. Throws `stream_not_found` for an empty one. */
export async function exportHouse(
  { ledger, keyring, clock }: ExportHouse,
  scope: ExportParts['scope'],
  payloads?: 'all' | ExportParts['payloads'],
): Promise<AsyncGenerator<string>> {
  const sealed = payloads === 'all' ? ledger.payloads.bind(ledger) : payloads
  return exportLedger({
    ledgerId: ledger.id,
    store: ledger.checkpoints,
    signer: await keyring.signingKey(),
    clock,
    scope,
    ...(sealed && { payloads: sealed }),
  })
}
