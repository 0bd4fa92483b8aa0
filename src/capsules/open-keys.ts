/** Which of a ledger's payloads somebody is to be able to read, and the data keys that open just those. */
import type { KeyObject } from 'node:crypto'
import type { Keyring } from '../keyring/keyring.ts'
import { keyIdIn } from '../keyring/seal.ts'
import type { SealedPayload } from '../ledger/event.ts'
import type { CapsuleKey } from './capsule-format.ts'

export interface ReadablePayloads {
  /** Those of them that are shown, noting the keys that they need. */
  of(stream: string, payloads: readonly SealedPayload[]): Promise<readonly SealedPayload[]>
  /** By stream, class and id. */
  keys(): readonly CapsuleKey[]
}

export function readablePayloads(
  keyring: Pick<Keyring, 'keysOf' | 'spares'>,
  tenant: string,
  isShown: (payload: SealedPayload) => boolean,
): ReadablePayloads {
  const used = new Map<string, CapsuleKey>()
  const known = new Map<string, Promise<ReadonlyMap<string, KeyObject>>>()
  const loadKeys = async (stream: string) => {
    const assigned = (await keyring.keysOf(tenant, stream)).flatMap(({ id, key }) => (key ? [[id, key] as const] : []))
    // A process may have ended before it wrote down whose a key became.
    const spare = (await keyring.spares()).map(({ id, key }) => [id, key] as const)
    return new Map([...spare, ...assigned])
  }
  const keysOf = (stream: string) => {
    const keys = known.get(stream) ?? loadKeys(stream)
    known.set(stream, keys)
    return keys
  }
  return {
    async of(stream, payloads) {
      const keys = await keysOf(stream)
      return payloads.filter((payload) => {
        const id = keyIdIn(payload.ciphertext)
        const key = isShown(payload) ? keys.get(id) : undefined
        if (key) used.set(id, { id, stream, class: payload.class, key: key.export().toString('base64') })
        return key !== undefined
      })
    },
    keys: () => [...used.values()].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)),
  }
}

const placeOf = ({ stream, class: ofClass, id }: CapsuleKey): string => `${stream} ${ofClass} ${id}`
