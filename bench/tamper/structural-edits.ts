/** Whole lines of an export taken out, swapped, put in or cut off. */

import { hash } from 'node:crypto'
import { canonicalJson } from '../../src/canonical-json.ts'
import type { JsonObject } from '../../src/json.ts'
import type { Random } from '../tau-retail/random.ts'
import type { Edit } from './edit.ts'
import { bytesOf, type EventLine, eventIn, eventsIn, type Line, linesOf, objectAt, placesOf } from './export-lines.ts'
import type { Place } from './verdict.ts'

/** An event with the payloads that stand beneath it: the lines from `from` up to `to`. */
interface Block {
  readonly event: EventLine
  readonly from: number
  readonly to: number
}

export function* structuralEdits(original: Buffer, random: Random): Generator<Edit, void, undefined> {
  const lines = linesOf(original)
  yield* deletions(lines)
  yield* swaps(lines)
  yield* insertions(lines, random)
  yield* truncations(original, lines, random)
}

function* deletions(lines: readonly Line[]): Generator<Edit, void, undefined> {
  for (const { event, from, to } of blocksIn(lines)) {
    const names = [placeOf(event)]
    const what = `event ${event.seq} of ${event.stream} taken out`
    yield { kind: 'delete', what, bytes: without(lines, from, to), names }
    if (to > from + 1)
      yield { kind: 'delete', what: `${what}, but not its payloads`, bytes: without(lines, from, from + 1), names }
  }
}

function* swaps(lines: readonly Line[]): Generator<Edit, void, undefined> {
  const blocks = blocksIn(lines)
  for (const [index, first] of blocks.entries()) {
    const second = blocks[index + 1]
    if (second?.from !== first.to) continue
    const texts = lines.map(({ text }) => text)
    const swapped = [...texts.slice(second.from, second.to), ...texts.slice(first.from, first.to)]
    const bytes = bytesOf(texts.toSpliced(first.from, swapped.length, ...swapped))
    const names = [placeOf(first.event), placeOf(second.event)]
    yield {
      kind: 'swap',
      what: `events ${first.event.seq} of ${first.event.stream} and the next swapped`,
      bytes,
      names,
    }
  }
}

/** A double of an event, an event of elsewhere, and one that nobody wrote but that follows as it should. */
function* insertions(lines: readonly Line[], random: Random): Generator<Edit, void, undefined> {
  const events = eventsIn(lines)
  for (const [index, event] of events.entries()) {
    const other = events[random.below(events.length)] ?? event
    yield insert(lines, event, event.text, 'its double')
    if (other !== event) yield insert(lines, event, other.text, `event ${other.seq} of ${other.stream}`)
    if (events[index + 1]?.stream !== event.stream) yield insert(lines, event, forgedAfter(event), 'a forged event')
  }
}

/** The line that was put in must be named, or its event, or one between which it stands. */
function insert(lines: readonly Line[], behind: EventLine, text: string, what: string): Edit {
  const bytes = bytesOf(lines.map((line) => line.text).toSpliced(behind.number, 0, text))
  const next = placesOf(lines)[behind.number]
  const names: Place[] = [{ line: behind.number + 1 }, placeOf(behind), ...placesIn(text), ...(next ? [next] : [])]
  return { kind: 'insert', what: `${what} put behind event ${behind.seq} of ${behind.stream}`, bytes, names }
}

function forgedAfter({ value, text }: EventLine): string {
  const event = objectAt(value, 'event')
  const own = JSON.parse(text).hash
  return eventText({ ...event, seq: Number(event.seq) + 1, prev_hash: own })
}

/** At the end of each line, and once in each. What was erased is missing as well, so payloads alone may be cut off. */
function* truncations(original: Buffer, lines: readonly Line[], random: Random): Generator<Edit, void, undefined> {
  const places = placesOf(lines)
  for (const { number, offset, text } of lines.slice(1)) {
    const cut = (at: number, what: string, names: readonly Place[]): Edit => {
      return { kind: 'truncate', what: `cut ${what} line ${number}`, bytes: original.subarray(0, at), names }
    }
    yield cut(offset + 1 + random.below(Buffer.byteLength(text)), 'in', places.slice(number - 1, number))
    const lost = lines.slice(number - 1).find(({ is }) => is !== 'payload')
    if (lost)
      yield cut(offset, 'before', [
        ...places.slice(lost.number - 1, lost.number),
        { line: number },
        ...above(lines, number),
      ])
  }
}

/** Of leaves the checkpoint that they belong to says that they are not all there. */
function above(lines: readonly Line[], number: number): readonly Place[] {
  if (lines[number - 1]?.is !== 'leaf') return []
  const checkpoint = lines.findLast((line) => line.is === 'checkpoint' && line.number < number)
  return checkpoint ? [{ line: checkpoint.number }] : []
}

export function eventText(event: JsonObject): string {
  const text = canonicalJson(event)
  return `{"event":${text},"hash":"${hash('sha256', text, 'hex')}"}`
}

function blocksIn(lines: readonly Line[]): readonly Block[] {
  const blocks: Block[] = []
  for (const [index, line] of lines.entries()) {
    const event = eventIn(line)
    if (event) blocks.push({ event, from: index, to: index + 1 })
    const last = blocks.at(-1)
    if (last && line.is === 'payload') blocks[blocks.length - 1] = { ...last, to: index + 1 }
  }
  return blocks
}

const without = (lines: readonly Line[], from: number, to: number): Buffer =>
  bytesOf(lines.map(({ text }) => text).toSpliced(from, to - from))

function placesIn(text: string): readonly Place[] {
  const { stream, seq } = JSON.parse(text).event
  return [{ stream, seq }]
}

const placeOf = ({ stream, seq }: EventLine): Place => ({ stream, seq })
