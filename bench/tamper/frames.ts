/** Pieces of bytes on a stream, each behind its length in four bytes. */
export function frameOf(bytes: Buffer): readonly [Buffer, Buffer] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}

export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let pending: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    pending.push(chunk)
    length += chunk.length
    if (length < wanted(pending)) continue
    let all = Buffer.concat(pending)
    while (all.length >= wanted([all])) {
      const end = wanted([all])
      yield all.subarray(4, end)
      all = all.subarray(end)
    }
    pending = [all]
    length = all.length
  }
}

/** How many bytes make the first frame whole. */
function wanted(pending: readonly Buffer[]): number {
  const [first] = pending
  return first && first.length >= 4 ? 4 + first.readUInt32BE() : 4
}
