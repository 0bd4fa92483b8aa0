/** Looks for many pieces in the bytes of files at once: each place is looked up by its first four bytes. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Piece } from './forms.ts'

export class Search {
  readonly #byHead = new Map<number, Piece[]>()
  /** Most places are none: a bit for each possible head keeps them from being looked up. */
  readonly #mayBe = new Uint8Array(1 << 16)

  constructor(pieces: readonly Piece[]) {
    for (const piece of pieces) {
      const head = piece.bytes.readUInt32LE(0)
      this.#mayBe[fold(head)] = 1
      this.#byHead.set(head, [...(this.#byHead.get(head) ?? []), piece])
    }
  }

  /** The places, in the list of secrets, of those that stand in these bytes. */
  in(bytes: Buffer): ReadonlySet<number> {
    const found = new Set<number>()
    for (let at = 0; at + 4 <= bytes.length; at++) {
      const head = bytes.readUInt32LE(at)
      if (this.#mayBe[fold(head)] === 0) continue
      for (const { of, bytes: piece } of this.#byHead.get(head) ?? [])
        if (bytes.subarray(at, at + piece.length).equals(piece)) found.add(of)
    }
    return found
  }

  /** In every file under these places. One that goes away meanwhile holds nothing. */
  inFiles(places: readonly string[]): { found: ReadonlySet<number>; files: readonly string[]; bytes: number } {
    const found = new Set<number>()
    const files: string[] = []
    let bytes = 0
    for (const file of places.flatMap(filesUnder)) {
      const content = read(file)
      bytes += content.length
      const here = this.in(content)
      if (here.size > 0) files.push(file)
      for (const secret of here) found.add(secret)
    }
    return { found, files, bytes }
  }
}

const fold = (head: number): number => (head ^ (head >>> 16)) & 0xffff

function filesUnder(place: string): readonly string[] {
  if (!statSync(place, { throwIfNoEntry: false })?.isDirectory()) return [place]
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}
