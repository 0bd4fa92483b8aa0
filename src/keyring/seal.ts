/**
 * AES-256-GCM over canonical JSON, bound to the place it belongs to: a payload that is moved to another tenant,
 * stream, number or class does not open. The sealed bytes are
 *
 *   version 1 · length of key id · key id · nonce (12) · ciphertext · tag (16)
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import { CharterError } from '../errors.ts'
import type { Randomness } from '../ids.ts'
import type { Json } from '../json.ts'
import type { DataKey } from './keyring.ts'

/** Where a payload belongs. */
export interface PayloadPlace {
  readonly tenant: string
  readonly stream: string
  readonly n: number
  readonly class: string
}

const version = 1
const nonceLength = 12
const tagLength = 16

export function seal({ id, key }: DataKey, place: PayloadPlace, value: Json, nonce: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad(place, id))
  const sealed = cipher.update(canonicalJson(value), 'utf8')
  const head = Buffer.from([version, id.length])
  return Buffer.concat([head, Buffer.from(id, 'ascii'), nonce, sealed, cipher.final(), cipher.getAuthTag()])
}

/** The id of the key that opens the sealed bytes. Throws `ledger_tampered` where they are no payload of ours. */
export function keyIdIn(sealed: Uint8Array): string {
  const [first, length] = sealed
  if (first !== version || length === undefined || sealed.length < 2 + length + nonceLength + tagLength) {
    throw new CharterError('ledger_tampered', 'a payload does not have the form that this version seals')
  }
  return Buffer.from(sealed.subarray(2, 2 + length)).toString('ascii')
}

/** Throws `ledger_tampered` for bytes that were changed, were moved from their place, or belong to another key. */
export function open(key: KeyObject, place: PayloadPlace, sealed: Uint8Array): Json {
  const id = keyIdIn(sealed)
  const nonceAt = 2 + id.length
  const nonce = sealed.subarray(nonceAt, nonceAt + nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  decipher.setAAD(aad(place, id)).setAuthTag(sealed.subarray(-tagLength))
  try {
    const opened = decipher.update(sealed.subarray(nonceAt + nonceLength, -tagLength))
    return JSON.parse(Buffer.concat([opened, decipher.final()]).toString('utf8'))
  } catch (cause) {
    throw new CharterError('ledger_tampered', `payload ${place.n} of \`${place.stream}\` was changed or moved`, {
      cause,
    })
  }
}

/** Nonces from a pool: one call for random bytes serves many. */
export function createNonces(random: Randomness): () => Uint8Array {
  const atOnce = 340
  let pool: Uint8Array = new Uint8Array(0)
  let used = 0
  return () => {
    if (used === pool.length) [pool, used] = [random.bytes(atOnce * nonceLength), 0]
    used += nonceLength
    return pool.subarray(used - nonceLength, used)
  }
}

const aad = ({ tenant, stream, n, class: ofClass }: PayloadPlace, keyId: string) =>
  Buffer.from(canonicalJson([tenant, stream, n, ofClass, keyId]))
