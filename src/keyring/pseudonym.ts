/**
 * What stands in an event in place of a guessable value. Both are keyed: without the tenant's key nobody can try
 * e-mail addresses or amounts until one fits, and two tenants' pseudonyms of one customer have nothing in common.
 */
import { createHmac, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'

/** `invoice:9f2c…`: the kind in clear, 128 bits of the value. Equal values of a kind have equal pseudonyms. */
export function pseudonym(key: KeyObject, kind: string, value: string): string {
  return `${kind}:${hmac(key, canonicalJson([kind, value])).slice(0, 32)}`
}

/** `hmac-sha256:…` over canonical text. */
export function keyedDigest(key: KeyObject, canonical: string): string {
  return `hmac-sha256:${hmac(key, canonical)}`
}

const hmac = (key: KeyObject, text: string) => createHmac('sha256', key).update(text).digest('hex')
