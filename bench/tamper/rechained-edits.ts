/**
 * The work of somebody who knows how a ledger is made and has no key: an event is rewritten and all later hashes of its
 * stream are made again. They may also make the leaves anew, and sign a checkpoint over them with a key of their own.
 */
import type { KeyObject } from 'node:crypto'
import { generateKeyPairSync, sign } from 'node:crypto'
import { canonicalJson } from '../../src/canonical-json.ts'
import type { Json, JsonObject } from '../../src/json.ts'
import { type Checkpoint, checkpointLeafHash, checkpointText, type MovedHead } from '../../src/ledger/checkpoint.ts'
import { checkpointLine } from '../../src/ledger/export-format.ts'
import { appendLeaf, emptyRange, rootOf } from '../../src/ledger/merkle.ts'
import type { Random } from '../tau-retail/random.ts'
import type { Edit } from './edit.ts'
import { bytesOf, type EventLine, eventsIn, type Line, linesOf, objectAt } from './export-lines.ts'
import { eventText } from './structural-edits.ts'
import type { Place } from './verdict.ts'

/** So many: each event in turn, and again from the first on, rewritten at a place that chance decides on. */
export function* rechainedEdits(original: Buffer, random: Random, count: number): Generator<Edit, void, undefined> {
  const edits = endlessEdits(original, random)
  for (let made = 0; made < count; made++) yield edits.next().value
}

function* endlessEdits(original: Buffer, random: Random): Generator<Edit, never, undefined> {
  const lines = linesOf(original)
  const events = eventsIn(lines)
  for (;;) {
    for (const event of events) {
      const rewritten = rewrite(event, random)
      const texts = rechain(lines, event, rewritten.event)
      const what = `event ${event.seq} of ${event.stream} with another ${rewritten.what}`
      const leaves = withLeaves(lines, texts, event.stream)
      yield edit(what, texts, [placeIn(event), vouchedAfter(lines, event)])
      yield edit(`${what}, and its leaves`, leaves, leafPlaces(lines, event))
      yield edit(`${what}, its leaves and checkpoints`, resigned(lines, leaves), checkpointPlaces(lines, event))
    }
  }
}

const edit = (what: string, texts: readonly string[], names: readonly Place[]): Edit => {
  return { kind: 'rechained', what, bytes: bytesOf(texts), names }
}

const placeIn = ({ stream, seq }: EventLine): Place => ({ stream, seq })

/** The first event that a leaf vouches for from the rewritten one on: where the stream is shown to be another. */
function vouchedAfter(lines: readonly Line[], { stream, seq }: EventLine): Place {
  const [leaf] = leavesOf(lines, stream).filter(({ value }) => Number(objectAt(value, 'leaf').seq) >= seq)
  return { stream, seq: Number(leaf && objectAt(leaf.value, 'leaf').seq) }
}

/** The checkpoint whose leaves do not give its root any more. */
function leafPlaces(lines: readonly Line[], event: EventLine): readonly Place[] {
  const leaf = leavesOf(lines, event.stream).find(({ value }) => Number(objectAt(value, 'leaf').seq) >= event.seq)
  const checkpoint = lines.findLast((line) => line.is === 'checkpoint' && line.number < (leaf?.number ?? 0))
  return [{ line: checkpoint?.number ?? 0 }]
}

/** A signature with another key is seen where it stands: at the first checkpoint that was signed again. */
const checkpointPlaces = leafPlaces

const leavesOf = (lines: readonly Line[], stream: string): readonly Line[] =>
  lines.filter(({ is, value }) => is === 'leaf' && objectAt(value, 'leaf').stream === stream)

/** Any scalar of the body, or the time, the actor or the type, made another. */
function rewrite({ value }: EventLine, random: Random): { event: JsonObject; what: string } {
  const event = objectAt(value, 'event')
  const paths = [['at'], ['actor'], ['type'], ...scalarPaths(objectAt(event, 'body'), ['body'])]
  const path = paths[random.below(paths.length)] ?? ['at']
  return { event: asObject(replaceAt(event, path)), what: path.join('.') }
}

function scalarPaths(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (value === null || typeof value !== 'object') return [path]
  return Object.entries(value).flatMap(([name, member]) => scalarPaths(member, [...path, name]))
}

function replaceAt(value: Json, [name, ...rest]: readonly string[]): Json {
  if (name === undefined) return another(value)
  if (Array.isArray(value)) return value.map((item, at) => (String(at) === name ? replaceAt(item, rest) : item))
  const object = asObject(value)
  return { ...object, [name]: replaceAt(object[name] ?? null, rest) }
}

function another(value: Json): Json {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  return typeof value === 'string' ? `${value}x` : 'x'
}

function asObject(value: Json): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error('it is no object')
  return value as JsonObject
}

/** The lines with the event in its place, and every later one of its stream made to follow. */
function rechain(lines: readonly Line[], rewritten: EventLine, event: JsonObject): readonly string[] {
  let last = eventText(event)
  const texts = lines.map(({ text }) => text)
  texts[rewritten.number - 1] = last
  for (const later of eventsIn(lines)) {
    if (later.stream !== rewritten.stream || later.seq <= rewritten.seq) continue
    last = eventText({ ...objectAt(later.value, 'event'), prev_hash: JSON.parse(last).hash })
    texts[later.number - 1] = last
  }
  return texts
}

/** The leaves of the stream with the hashes that its events have now. */
function withLeaves(lines: readonly Line[], texts: readonly string[], stream: string): readonly string[] {
  const hashes = new Map<number, string>()
  for (const { number, seq, ...line } of eventsIn(lines))
    if (line.stream === stream) hashes.set(seq, JSON.parse(texts[number - 1] ?? '').hash)
  return texts.map((text, index) => {
    const value: JsonObject = JSON.parse(text)
    const leaf = lines[index]?.is === 'leaf' ? objectAt(value, 'leaf') : undefined
    if (leaf?.stream !== stream) return text
    return canonicalJson({ ...value, leaf: { ...leaf, hash: hashes.get(Number(leaf.seq)) ?? '' } })
  })
}

const stranger = generateKeyPairSync('ed25519')

/** Every checkpoint over the leaves as they stand now, signed with a stranger's key under the owner's key id. */
function resigned(lines: readonly Line[], texts: readonly string[]): readonly string[] {
  const header = objectAt(lines[0]?.value ?? {}, 'header')
  const ledger = String(header.ledger)
  let range = emptyRange
  const roots: string[] = []
  for (const text of texts) {
    const value: JsonObject = JSON.parse(text)
    if ('checkpoint' in value) roots.push('')
    if (!('leaf' in value)) continue
    range = appendLeaf(range, checkpointLeafHash(ledger, headIn(objectAt(value, 'leaf'))))
    roots[roots.length - 1] = Buffer.from(rootOf(range)).toString('hex')
  }
  return texts.map((text) => {
    const value: JsonObject = JSON.parse(text)
    if (!('checkpoint' in value)) return text
    const root = roots.shift() ?? ''
    return signedAgain(ledger, { ...objectAt(value, 'checkpoint'), root }, stranger.privateKey).trimEnd()
  })
}

const headIn = ({ tenant, stream, seq, hash }: JsonObject): MovedHead => {
  return { tenant: String(tenant), stream: String(stream), seq: Number(seq), hash: String(hash) }
}

function signedAgain(ledger: string, { n, size, root, at, key_id }: JsonObject, key: KeyObject): string {
  const unsigned = { n: Number(n), size: Number(size), root: String(root), at: Number(at), keyId: String(key_id) }
  const signature = sign(null, Buffer.from(checkpointText(ledger, unsigned)), key).toString('base64')
  const checkpoint: Checkpoint = { ...unsigned, signature }
  return checkpointLine(checkpoint)
}
