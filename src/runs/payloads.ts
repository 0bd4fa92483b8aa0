/** Content of a run, opened when it is needed and kept for as long as the run is in hand. */
import { hash } from 'node:crypto'
import { CharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { PayloadRef, SealedPayload } from '../ledger/event.ts'
import type { World } from './world.ts'

export interface Payloads {
  /** Throws `payload_erased` where the content has gone, `ledger_tampered` where it is not what the event names. */
  open(ref: PayloadRef): Promise<Json>
  openAll(refs: readonly PayloadRef[]): Promise<readonly Json[]>
  /** Keeps what was just sealed, so that it need not be read back. */
  remember(ref: PayloadRef, value: Json): void
}

export function payloadsOf(world: World, stream: string): Payloads {
  const known = new Map<number, Json>()
  const openAll = async (refs: readonly PayloadRef[]): Promise<readonly Json[]> => {
    const missing = refs.filter((ref) => !known.has(ref.n))
    if (missing.length > 0) {
      const found = await world.ledger.payloads(
        world.tenant,
        stream,
        missing.map((ref) => ref.n),
      )
      const byNumber = new Map(found.map((payload) => [payload.n, payload]))
      for (const ref of missing) known.set(ref.n, openOne(world, stream, ref, byNumber.get(ref.n)))
    }
    return refs.map((ref) => known.get(ref.n) ?? null)
  }
  return {
    openAll,
    open: async (ref) => (await openAll([ref]))[0] ?? null,
    remember: (ref, value) => void known.set(ref.n, value),
  }
}

function openOne(world: World, stream: string, ref: PayloadRef, payload: SealedPayload | undefined): Json {
  if (!payload) {
    throw new CharterError('payload_erased', `payload ${ref.n} of \`${stream}\` is no longer kept`, {
      hint: `its class \`${ref.class}\` was erased or has expired; the event keeps its hash`,
    })
  }
  if (hash('sha256', payload.ciphertext, 'hex') !== ref.sha256)
    throw new CharterError('ledger_tampered', `payload ${ref.n} of \`${stream}\` is not the one its event names`)
  return world.sealer.open(payload)
}
