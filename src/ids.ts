import { randomFillSync } from 'node:crypto'
import type { Clock } from './clock.ts'

/** Where randomness comes from; a simulation hands in its own. */
export interface Randomness {
  bytes(length: number): Uint8Array
}

export const systemRandomness: Randomness = {
  bytes: (length) => randomFillSync(new Uint8Array(length)),
}

/** Crockford's alphabet: no I, L, O or U, and it sorts as its values do. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const lettersOfTime = 10

/**
 * A new id such as `run_01JD3Q6Z8W2M4T7KX9`: a prefix that says what it names, 48 bits of time, 50 of randomness.
 * Ids sort by time of birth, because random keys make a B-tree several times slower under load.
 */
export function newId(prefix: string, clock: Clock, random: Randomness): string {
  let time = clock.now()
  let head = ''
  for (let i = 0; i < lettersOfTime; i++) {
    head = alphabet.charAt(time % 32) + head
    time = Math.floor(time / 32)
  }
  const tail = Array.from(random.bytes(10), (byte) => alphabet.charAt(byte % 32)).join('')
  return `${prefix}_${head}${tail}`
}

/** What an id was made from, to make it again: milliseconds since 1970, and the bytes that were drawn for it. */
export function madeFrom(id: string): { time: number; bytes: readonly number[] } {
  const values = [...id.slice(id.indexOf('_') + 1)].map((letter) => Math.max(0, alphabet.indexOf(letter)))
  const time = values.slice(0, lettersOfTime).reduce((sum, value) => sum * 32 + value, 0)
  return { time, bytes: values.slice(lettersOfTime) }
}
