/**
 * Takes out of a value what is not to be shown: fields by how the tool's own schema classifies them, and what a redactor
 * finds in every text that is left. Pure but for the redactor, which may be a model elsewhere.
 */
import { isJsonObject, type Json } from '../json.ts'
import type { ClassifiedField } from '../tools/schema.ts'
import { type Finding, markOf, mask, type Redactor } from './redactor.ts'

export interface Redaction {
  readonly redactor: Redactor
  /** Of the schema that the value was validated by. */
  readonly classified?: readonly ClassifiedField[]
}

export async function redact(value: Json, { redactor, classified = [] }: Redaction): Promise<Json> {
  const marked = markClassified(value, classified)
  const texts = [...new Set(textsIn(marked))]
  const found = await redactor.find(texts)
  const masked = new Map(texts.map((text, index) => [text, maskUnmarked(text, found[index] ?? [])]))
  return replaceTexts(marked, (text) => masked.get(text) ?? text)
}

/** Money is no secret: what moved is what a reader wants to see. */
const isHidden = ({ classification }: ClassifiedField): boolean => classification !== 'money'

/** The value with a mark in the place of every field that is `pii` or `secret`. */
function markClassified(value: Json, classified: readonly ClassifiedField[]): Json {
  return classified.filter(isHidden).reduce((marked, field) => markAt(marked, field.path, field.classification), value)
}

function markAt(value: Json, [name, ...rest]: readonly string[], kind: string): Json {
  if (name === undefined) return value === null ? null : markOf(kind)
  if (Array.isArray(value)) return name === '*' ? value.map((item) => markAt(item, rest, kind)) : value
  if (!isJsonObject(value)) return value
  const marked = Object.entries(value).map(([key, part]): [string, Json] => [
    key,
    name === '*' || name === key ? markAt(part, rest, kind) : part,
  ])
  return Object.fromEntries(marked)
}

/** What stands in the classified fields of a value, so that it is found again where it was copied into free text. */
export function classifiedValues(value: Json, classified: readonly ClassifiedField[]): readonly KnownValue[] {
  return classified
    .filter(isHidden)
    .flatMap(({ path, classification }) => textsIn(partAt(value, path)).map((text) => ({ kind: classification, text })))
}

export interface KnownValue {
  readonly kind: string
  readonly text: string
}

/** Shorter ones stand in other words by chance. */
const leastLength = 4

/** Finds values that are known to be personal, as whole words, in whatever case. */
export function knownValues(values: readonly KnownValue[]): Redactor {
  const looked = values
    .filter(({ text }) => text.length >= leastLength)
    .map(({ kind, text }) => ({ kind, shape: shapeOf(text) }))
  const findIn = (text: string): readonly Finding[] =>
    looked.flatMap(({ kind, shape }) =>
      [...text.matchAll(shape)].map(({ index, 0: found }) => ({ kind, start: index, end: index + found.length })),
    )
  return { find: async (texts) => texts.map(findIn) }
}

const shapeOf = (text: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu')

function partAt(value: Json, [name, ...rest]: readonly string[]): Json {
  if (name === undefined) return value
  if (Array.isArray(value)) return name === '*' ? value.map((item) => partAt(item, rest)) : null
  if (!isJsonObject(value)) return null
  if (name === '*') return Object.values(value).map((part) => partAt(part, rest))
  return partAt(value[name] ?? null, rest)
}

function maskUnmarked(text: string, findings: readonly Finding[]): string {
  return /^\[redacted: \w+\]$/.test(text) ? text : mask(text, findings)
}

/** Names of fields too: a record may be kept by e-mail address. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return mayBeCard(value) ? [String(value)] : []
  if (typeof value !== 'object' || value === null) return []
  const names = Array.isArray(value) ? [] : Object.keys(value)
  return [...names, ...Object.values(value).flatMap((part: Json) => textsIn(part))]
}

function replaceTexts(value: Json, replace: (text: string) => string): Json {
  if (typeof value === 'string') return replace(value)
  if (typeof value === 'number') return mayBeCard(value) ? replacedNumber(value, replace) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, replace))
  const replaced = new Map<string, Json>()
  for (const [name, part] of Object.entries(value))
    replaced.set(freeName(replaced, replace(name)), replaceTexts(part, replace))
  return Object.fromEntries(replaced)
}

const mayBeCard = (value: number): boolean => Number.isSafeInteger(value) && value >= 1e13

function replacedNumber(value: number, replace: (text: string) => string): Json {
  const text = String(value)
  return replace(text) === text ? value : replace(text)
}

/** Two addresses are one mark: neither takes the other's place. */
function freeName(taken: ReadonlyMap<string, Json>, name: string): string {
  for (let n = 2, free = name; ; n++) {
    if (!taken.has(free)) return free
    free = `${name} ${n}`
  }
}
