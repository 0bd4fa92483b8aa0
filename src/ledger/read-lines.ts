/** A line of bytes, without its newline. */
export interface ByteLine {
  /** Counts from 1. */
  readonly number: number
  readonly bytes: Buffer
  /** False for a last line without a newline, and for one longer than is read. */
  readonly whole: boolean
}

/** No honest line is longer; a longer one is cut here, so that no input can fill the memory. */
const longestLine = 64 * 1024 * 1024

const newline = 0x0a

/** Lines of bytes, whatever the pieces they come in: an export is checked byte by byte, so nothing is decoded. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<ByteLine, void, undefined> {
  let number = 0
  let rest: Buffer[] = []
  let restLength = 0
  for await (const chunk of chunks) {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let from = 0
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
      const last = bytes.subarray(from, at)
      number += 1
      yield {
        number,
        bytes: rest.length === 0 ? last : Buffer.concat([...rest, last]),
        whole: restLength <= longestLine,
      }
      from = at + 1
      rest = []
      restLength = 0
    }
    if (restLength <= longestLine) rest.push(bytes.subarray(from))
    restLength += bytes.length - from
  }
  if (restLength > 0) yield { number: number + 1, bytes: Buffer.concat(rest), whole: false }
}
