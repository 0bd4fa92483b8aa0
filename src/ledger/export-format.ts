/**
 * An export is JSON Lines, each line in RFC 8785 form, so that a line has one spelling and no byte of it is free:
 *
 *   header                          signed: what is exported, and the checkpoint it ends with
 *   checkpoint, leaf or blind …     signed; then the leaves it took, in the order of the tree
 *   event, payload …                for each leaf the events since the leaf before of its stream
 *   checkpoint, …                   and so on to the checkpoint that the header names
 */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../canonical-json.ts'
import { isJsonObject, type Json } from '../json.ts'
import type { BlindLeaf, Checkpoint, CheckpointLeaf } from './checkpoint.ts'
import { isPayloadRef, type LedgerEvent, type PayloadRef, type SealedPayload } from './event.ts'
import { canonicalEvent } from './hash-chain.ts'

const count = z.int().nonnegative()
const hexDigest = /^[0-9a-f]{64}$/
const hex = z.string().regex(hexDigest)
const streamEnd = z.strictObject({ stream: z.string(), seq: count })
const scope = z.union([
  z.strictObject({ of: z.literal('ledger') }),
  z.strictObject({ of: z.literal('tenant'), tenant: z.string() }),
  z.strictObject({ of: z.literal('streams'), tenant: z.string(), streams: z.array(streamEnd).min(1) }),
])
const header = z.strictObject({
  charter_export: z.literal(1),
  ledger: z.string(),
  scope,
  /** Whether sealed payloads stand beside the events that name them. */
  payloads: z.boolean(),
  at: count,
  key_id: z.string(),
  checkpoint: z.strictObject({ n: count, size: count, root: hex }),
})
const checkpoint = z.strictObject({ n: count, size: count, root: hex, at: count, key_id: z.string() })
const leaf = z.strictObject({ index: count, tenant: z.string(), stream: z.string(), seq: count, hash: hex })
const blindLeaf = z.strictObject({ index: count, tenant: hex, head: hex })
const payload = z.strictObject({ stream: z.string(), n: count, class: z.string(), ciphertext: z.base64() })

const leafForm = z.strictObject({ leaf, proof: z.array(hex).optional() })
const payloadForm = z.strictObject({ payload })
const line = z.union([
  leafForm,
  z.strictObject({ blind: blindLeaf }),
  payloadForm,
  z.strictObject({ checkpoint, signature: z.string() }),
  z.strictObject({ header, signature: z.string() }),
])

export type ExportHeader = z.infer<typeof header>
export type ExportScope = z.infer<typeof scope>
/** Any line but an event's. */
export type ExportLine = z.infer<typeof line>

/** An event as an export shows it, and what its line shows of itself. */
export interface ExportedEvent {
  readonly tenant: string
  readonly stream: string
  readonly seq: number
  readonly prevHash: string
  /** As the line says. */
  readonly hash: string
  /** Of what stands in the line; the same unless the line was changed. */
  readonly computed: string
  readonly body: Json | undefined
}

export interface DamagedLine {
  /** Why it cannot be read. */
  readonly damaged: string
  /** By its beginning. */
  readonly looksLike: 'event' | 'payload' | undefined
}

export type ParsedLine = { readonly event: ExportedEvent } | ExportLine | DamagedLine

export const headerLine = (said: ExportHeader, signature: string) => write({ header: said, signature })

export const checkpointLine = ({ n, size, root, at, keyId, signature }: Checkpoint) =>
  write({ checkpoint: { n, size, root, at, key_id: keyId }, signature })

export const leafLine = ({ index, tenant, stream, seq, hash: eventHash }: CheckpointLeaf, proof?: readonly string[]) =>
  write({ leaf: { index, tenant, stream, seq, hash: eventHash }, ...(proof && { proof }) })

export const blindLine = (index: number, { tenant, head }: BlindLeaf) => write({ blind: { index, tenant, head } })

export const payloadLine = ({ stream, n, class: ofClass, ciphertext }: SealedPayload) =>
  write({ payload: { stream, n, class: ofClass, ciphertext: Buffer.from(ciphertext).toString('base64') } })

const payloadOpens = Buffer.from('{"payload":')
const leafOpens = Buffer.from('{"leaf":')
const eventOpens = Buffer.from('{"event":')
const hashOpens = Buffer.from(',"hash":"')
const lineCloses = Buffer.from('"}')
const hashLength = 64

/** The hashed text of the event stands in its line untouched, so that checking it needs no second writing. */
export const eventLine = (event: LedgerEvent) =>
  `${eventOpens}${canonicalEvent(event)}${hashOpens}${event.hash}${lineCloses}\n`

/** What the header's signature is over, opened by its own name. */
export const headerText = (said: ExportHeader) => canonicalJson(said)

/** Never throws: what is no line of an export is `damaged`, and says why. */
export function parseLine(bytes: Buffer): ParsedLine {
  try {
    const parsed = parseEvent(bytes) ?? parseOther(bytes)
    return typeof parsed === 'string' ? damagedLine(bytes, parsed) : parsed
  } catch {
    return damagedLine(bytes, 'it is not JSON')
  }
}

export function damagedLine(bytes: Buffer, why: string): DamagedLine {
  const looksLike = opensWith(bytes, payloadOpens) ? 'payload' : opensWith(bytes, eventOpens) ? 'event' : undefined
  return { damaged: why, looksLike }
}

const opensWith = (bytes: Buffer, opening: Buffer): boolean => bytes.subarray(0, opening.length).equals(opening)

/** Every payload that an event's body names. */
export function payloadRefsIn(body: Json | undefined): readonly PayloadRef[] {
  const found: PayloadRef[] = []
  collectRefs(body, found)
  return found
}

function collectRefs(value: Json | undefined, found: PayloadRef[]): void {
  if (value === null || typeof value !== 'object') return
  if (isRef(value)) found.push(value)
  else for (const part of Object.values(value)) collectRefs(part, found)
}

/** By hand, for every object of every event: a schema that is not met builds its errors each time. */
const isRef = (value: Json): value is PayloadRef =>
  isPayloadRef(value) &&
  Object.keys(value).length === 3 &&
  Number.isSafeInteger(value.n) &&
  value.n >= 0 &&
  hexDigest.test(value.sha256)

function write(value: Json): string {
  return `${canonicalJson(value)}\n`
}

/** Nothing where it is no event's line; where it is a bad one, why. */
function parseEvent(bytes: Buffer): { event: ExportedEvent } | string | undefined {
  const hashAt = bytes.length - lineCloses.length - hashLength
  const textEnd = hashAt - hashOpens.length
  const isEvent =
    textEnd > eventOpens.length &&
    bytes.subarray(0, eventOpens.length).equals(eventOpens) &&
    bytes.subarray(textEnd, hashAt).equals(hashOpens) &&
    bytes.subarray(hashAt + hashLength).equals(lineCloses)
  if (!isEvent) return undefined
  const text = bytes.subarray(eventOpens.length, textEnd)
  const parsed: Json = JSON.parse(text.toString('utf8'))
  const { tenant, stream, seq, prev_hash: prevHash, body } = isJsonObject(parsed) ? parsed : {}
  const isWhole = typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0
  if (!isWhole || typeof tenant !== 'string' || typeof stream !== 'string' || typeof prevHash !== 'string')
    return 'it lacks what an event has'
  const claimed = bytes.toString('latin1', hashAt, hashAt + hashLength)
  return {
    event: { tenant, stream, seq, prevHash, hash: claimed, computed: hash('sha256', text, 'hex'), body },
  }
}

/** Most lines that are no events are one of these two, and need not be tried as everything else before. */
function formOf(bytes: Buffer): z.ZodType<ExportLine> {
  if (opensWith(bytes, payloadOpens)) return payloadForm
  return opensWith(bytes, leafOpens) ? leafForm : line
}

function parseOther(bytes: Buffer): ExportLine | string {
  const value: Json = JSON.parse(bytes.toString('utf8'))
  const { data } = formOf(bytes).safeParse(value)
  if (!data) return 'it is no line of an export'
  // Compared as bytes: text would let what is no UTF-8 pass as U+FFFD.
  if (!Buffer.from(canonicalJson(value)).equals(bytes)) return 'it is not in canonical form'
  const { ciphertext } = 'payload' in data ? data.payload : { ciphertext: '' }
  // Base64 can spell the same bytes in several ways; an export has one.
  const respelt = Buffer.from(ciphertext, 'base64').toString('base64') !== ciphertext
  return respelt ? 'its base64 is not in canonical form' : data
}
