/**
 * What a process did to its files and said to others, in the order of its system calls, from the log of `strace -f -y
 * -xx`. A write or sync counts from its end, a word from its beginning: whatever overlaps speaks against us.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export type SystemCall =
  | { readonly call: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly call: 'truncate'; readonly file: string; readonly size: number }
  | { readonly call: 'sync'; readonly file: string }
  | { readonly call: 'unlink'; readonly file: string }
  /** Out of the process, by a pipe or a socket. */
  | { readonly call: 'say'; readonly to: number; readonly bytes: Buffer }

const words = ['write', 'writev', 'sendto', 'sendmsg']
const fileWrites = ['pwrite64', 'pwritev', 'pwritev2']
const unfinished = '<unfinished ...>'
const syncs = ['fsync', 'fdatasync', 'sync_file_range', 'msync']

/** What strace is to be asked for; calls that we could not follow are asked for too, so that they are noticed. */
export const tracedCalls = [...words, ...fileWrites, ...syncs, 'ftruncate', 'truncate', 'fallocate', 'unlink', 'rename']

export async function* readSystemCalls(log: string): AsyncGenerator<SystemCall> {
  const reader = new LogReader()
  for await (const line of createInterface({ input: createReadStream(log, { highWaterMark: 1 << 20 }) })) {
    yield* reader.read(line)
  }
}

/** Lines of one log, in order: a call that another thread interrupts stands on two of them. */
export class LogReader {
  readonly #unfinished = new Map<string, string>()

  read(line: string): SystemCall[] {
    const space = line.indexOf(' ')
    const thread = line.slice(0, space)
    const text = line.slice(space + 1).trimStart()
    if (text.startsWith('<...')) {
      const begun = this.#unfinished.get(thread) ?? ''
      this.#unfinished.delete(thread)
      return finishedCall(begun + text.slice(text.indexOf('resumed>') + 'resumed>'.length))
    }
    if (!text.endsWith(unfinished)) return [...wordOf(text), ...finishedCall(text)]
    const begun = text.slice(0, -unfinished.length)
    this.#unfinished.set(thread, begun)
    return wordOf(begun)
  }
}

/** What is said is taken as said before anybody answers that it was. */
function wordOf(text: string): SystemCall[] {
  if (!words.includes(nameOf(text))) return []
  const { descriptor, path } = targetOf(text)
  return path.startsWith('/') ? [] : [{ call: 'say', to: descriptor, bytes: bytesIn(text) }]
}

function finishedCall(text: string): SystemCall[] {
  const name = nameOf(text)
  const result = Number(/\) += (-?\d+)[^=]*$/.exec(text.slice(-200))?.[1] ?? Number.NaN)
  if (result < 0 || Number.isNaN(result)) return []
  const { path: file } = targetOf(text)
  if (fileWrites.includes(name)) return [writeOf(text, file, result)]
  if (name === 'fsync' || name === 'fdatasync') return [{ call: 'sync', file }]
  if (name === 'ftruncate') return [{ call: 'truncate', file, size: lastNumber(text) }]
  if (name === 'unlink') return [{ call: 'unlink', file: bytesIn(text).toString() }]
  if (words.includes(name) && !isDatabaseFile(file)) return []
  throw new Error(`nobody follows this call: ${text.slice(0, 200)}`)
}

function writeOf(text: string, file: string, result: number): SystemCall {
  const bytes = bytesIn(text)
  if (bytes.length !== result) throw new Error(`${result} of ${bytes.length} bytes were written to ${file}`)
  return { call: 'write', file, at: lastNumber(text), bytes }
}

const nameOf = (text: string): string => text.slice(0, text.indexOf('('))

/** `23<path>` */
function targetOf(text: string): { descriptor: number; path: string } {
  const [, descriptor = '-1', hex = ''] = /^\w+\((\d+)<([^>]*)>/.exec(text.slice(0, 4_096)) ?? []
  return { descriptor: Number(descriptor), path: decode(hex).toString() }
}

/** Every string of the call, one after the other. */
function bytesIn(text: string): Buffer {
  const parts: Buffer[] = []
  for (let begin = text.indexOf('"'); begin !== -1; ) {
    const end = text.indexOf('"', begin + 1)
    if (end === -1) break
    if (text.startsWith('...', end + 1)) throw new Error('strace cut a string short')
    parts.push(decode(text.slice(begin + 1, end)))
    begin = text.indexOf('"', end + 1)
  }
  return Buffer.concat(parts)
}

const decode = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex')

/** The last argument. */
const lastNumber = (text: string): number => Number(/(\d+)\s*\) += /.exec(text.slice(-80))?.[1])

/** As SQLite names them; the memory that its processes share is made again from the log. */
export const isDatabaseFile = (file: string): boolean => /\.db(-wal|-journal)?$/.test(file)
