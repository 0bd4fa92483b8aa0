/** An export as whoever tampers with it sees it: its lines, and what each is about. */
import type { JsonObject } from '../../src/json.ts'
import type { Place } from './verdict.ts'

export interface Line {
  /** Counts from 1. */
  readonly number: number
  /** Of its first byte in the file. */
  readonly offset: number
  /** Without its newline. */
  readonly text: string
  readonly is: 'header' | 'checkpoint' | 'leaf' | 'event' | 'payload'
  readonly value: JsonObject
}

export interface EventLine extends Line {
  readonly is: 'event'
  readonly stream: string
  readonly seq: number
}

/** An export is ASCII as far as its readers count; what is not is written in more bytes than characters. */
export function linesOf(bytes: Buffer): readonly Line[] {
  let offset = 0
  return bytes
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((text, index) => {
      const value: JsonObject = JSON.parse(text)
      const line: Line = { number: index + 1, offset, text, is: kindOf(value), value }
      offset += Buffer.byteLength(text) + 1
      return line
    })
}

export const bytesOf = (texts: readonly string[]): Buffer => Buffer.from(texts.map((text) => `${text}\n`).join(''))

const kinds = ['header', 'checkpoint', 'leaf', 'event', 'payload'] as const

function kindOf(value: JsonObject): Line['is'] {
  const kind = kinds.find((name) => Object.hasOwn(value, name))
  if (kind === undefined) throw new Error(`this is no line of an export: ${JSON.stringify(value)}`)
  return kind
}

export function eventIn(line: Line): EventLine | undefined {
  if (line.is !== 'event') return undefined
  const { stream, seq } = objectAt(line.value, 'event')
  return { ...line, is: 'event', stream: String(stream), seq: Number(seq) }
}

export const eventsIn = (lines: readonly Line[]): readonly EventLine[] => lines.flatMap((line) => eventIn(line) ?? [])

export function objectAt(value: JsonObject, name: string): JsonObject {
  const found = value[name]
  if (found === null || typeof found !== 'object' || Array.isArray(found)) throw new Error(`there is no ${name}`)
  return found as JsonObject
}

/** What must be named when the line is touched: its event, the event that a payload belongs to, or the line itself. */
export function placesOf(lines: readonly Line[]): readonly Place[] {
  let event: EventLine | undefined
  return lines.map((line) => {
    event = eventIn(line) ?? (line.is === 'payload' ? event : undefined)
    return event ? { stream: event.stream, seq: event.seq } : { line: line.number }
  })
}
