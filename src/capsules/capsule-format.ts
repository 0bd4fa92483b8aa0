/**
 * A capsule is one run in one file, JSON Lines in RFC 8785 form like an export, so that no byte of it is free:
 *
 *   capsule     signed with the ledger's key: whose run it is, what was withheld, the hash of all that follows
 *   order       of the events, across the streams
 *   keys        that open the payloads its reader may see
 *   naming      the names that a replay of this run asks for
 *   header …    an export of the run's streams, with proofs (ledger/export-format.ts)
 */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../canonical-json.ts'
import type { Json } from '../json.ts'

/** A change in what a capsule's lines mean is a new number; those of every number before it are still read. */
export const capsuleVersion = 1

const count = z.int().nonnegative()
const hex = z.string().regex(/^[0-9a-f]{64}$/)
const header = z.strictObject({
  charter_capsule: z.literal(capsuleVersion),
  ledger: z.string(),
  tenant: z.string(),
  run: z.string(),
  /** Milliseconds since 1970. */
  at: count,
  key_id: z.string(),
  /** Retention classes that were left out on purpose. */
  withheld: z.array(z.string()),
  /** Of every byte after this line. */
  sha256: hex,
})
const key = z.strictObject({ id: z.string(), stream: z.string(), class: z.string(), key: z.base64() })
const naming = z.strictObject({ salt: z.string(), names: z.record(hex, z.string()) })

const headLine = z.strictObject({ capsule: header, signature: z.string() })
const orderLine = z.strictObject({ order: z.record(z.string(), z.array(count)) })
const keysLine = z.strictObject({ keys: z.array(key) })
const namingLine = z.strictObject({ naming })

export type CapsuleHeader = z.infer<typeof header>
export type CapsuleKey = z.infer<typeof key>
/** By stream, the place of each of its events among all events of the capsule, in the order of the ledger. */
export type EventOrder = z.infer<typeof orderLine>['order']

export interface CapsuleParts {
  readonly order: EventOrder
  readonly keys: readonly CapsuleKey[]
  readonly naming: z.infer<typeof naming>
  /** As `charter ledger export` writes it, whole. */
  readonly exported: string
}

export interface ReadCapsule extends CapsuleParts {
  readonly header: CapsuleHeader
  readonly signature: string
}

/** How many of its lines stand before the export. */
export const linesBeforeExport = 4

export function capsuleBody({ order, keys, naming: names, exported }: CapsuleParts): string {
  return `${write({ order })}${write({ keys: [...keys] })}${write({ naming: names })}${exported}`
}

export const capsuleHeadLine = (said: CapsuleHeader, signature: string) => write({ capsule: said, signature })

/** What is signed. */
export const capsuleText = (said: CapsuleHeader) => canonicalJson(said)

export const looksLikeCapsule = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, opening.length)).equals(opening)

const opening = Buffer.from('{"capsule":')

export interface DamagedCapsule {
  /** Counts from 1. */
  readonly line: number
  /** Why it cannot be read. */
  readonly damaged: string
}

/** Never throws. */
export function parseCapsule(bytes: Buffer): ReadCapsule | DamagedCapsule {
  const lines = firstLines(bytes)
  try {
    const { capsule, signature } = readLine(headLine, lines, 0)
    const parts = {
      ...readLine(orderLine, lines, 1),
      ...readLine(keysLine, lines, 2),
      ...readLine(namingLine, lines, 3),
    }
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0)
    return { header: capsule, signature, ...parts, exported: bytes.subarray(length).toString('utf8') }
  } catch (error) {
    if (error instanceof Damage) return { line: error.line, damaged: error.message }
    throw error
  }
}

class Damage extends Error {
  readonly line: number
  constructor(line: number, why: string) {
    super(why)
    this.line = line
  }
}

/** Of everything behind the first line. */
export function hashOfBody(bytes: Buffer): string {
  const end = bytes.indexOf(newline)
  return hash('sha256', end === -1 ? Buffer.alloc(0) : bytes.subarray(end + 1), 'hex')
}

const newline = 0x0a

function firstLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; lines.length < linesBeforeExport; ) {
    const end = bytes.indexOf(newline, from)
    if (end === -1) return lines
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  return lines
}

function readLine<Line>(schema: z.ZodType<Line>, lines: readonly Buffer[], at: number): Line {
  const bytes = lines[at]
  if (!bytes) throw new Damage(at + 1, 'it is cut off')
  const value = readJson(bytes)
  if (value === undefined) throw new Damage(at + 1, 'it is not JSON')
  const { data } = schema.safeParse(value)
  if (!data) throw new Damage(at + 1, 'it is not what stands in this line of a capsule')
  if (!isCanonical(value, bytes)) throw new Damage(at + 1, 'it is not in canonical form')
  return data
}

/** Compared as bytes: text would let what is no UTF-8 pass as U+FFFD. Some values have no canonical form at all. */
function isCanonical(value: Json, bytes: Buffer): boolean {
  try {
    return Buffer.from(canonicalJson(value)).equals(bytes)
  } catch {
    return false
  }
}

function readJson(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

const write = (value: Json): string => `${canonicalJson(value)}\n`
