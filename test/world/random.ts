/** Numbers that follow from a seed alone. A fork has a stream of its own, so that one more draw here moves nothing there. */
import { hash } from 'node:crypto'

export interface Random {
  /** From 0 up to, but never, 1. */
  next(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  chance(probability: number): boolean
  pick<Value>(values: readonly [Value, ...Value[]]): Value
  bytes(length: number): Uint8Array
  fork(name: string): Random
}

export function seededRandom(seed: string): Random {
  const next = sfc32(hash('sha256', seed, 'buffer'))
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (values) => values[between(0, values.length - 1)] ?? values[0],
    bytes: (length) => bytesOf(next, length),
    fork: (name) => seededRandom(`${seed}/${name}`),
  }
}

function bytesOf(next: () => number, length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4))
  for (let word = 0; word < words.length; word++) words[word] = next() * 2 ** 32
  return new Uint8Array(words.buffer, 0, length)
}

/** Chris Doty-Humphrey's small fast counter: 128 bits of state, and good enough to be believed. */
function sfc32(state: Buffer): () => number {
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => state.readInt32LE(at)) as [number, number, number, number]
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
}
