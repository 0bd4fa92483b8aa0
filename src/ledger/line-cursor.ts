import { damagedLine, type ParsedLine, parseLine } from './export-format.ts'
import { type ByteLine, readLines } from './read-lines.ts'

/** A line of an export with its number, from 1. */
export type SeenLine = { readonly number: number } & ParsedLine

/** Reads an export line by line, looking one line ahead. */
export class LineCursor {
  readonly #lines: AsyncGenerator<ByteLine, void, undefined>
  #ahead: SeenLine | undefined
  /** Lines taken so far. */
  taken = 0

  constructor(chunks: Parameters<typeof readLines>[0]) {
    this.#lines = readLines(chunks)
  }

  /** The next line without taking it; nothing at the end. */
  async peek(): Promise<SeenLine | undefined> {
    if (this.#ahead) return this.#ahead
    const { value, done } = await this.#lines.next()
    if (done || !value) return undefined
    const { number, bytes, whole } = value
    this.#ahead = { number, ...(whole ? parseLine(bytes) : damagedLine(bytes, 'it is cut off')) }
    return this.#ahead
  }

  take(): void {
    if (this.#ahead) this.taken = this.#ahead.number
    this.#ahead = undefined
  }

  /** Where the next line would stand, for what is missing there. */
  async place(): Promise<number> {
    return (await this.peek())?.number ?? this.taken + 1
  }
}
