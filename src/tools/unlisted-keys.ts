/**
 * Keys of a value that its closed JSON Schema does not list, at any depth. A library that strips what it does not know
 * would let a model believe that an argument took effect.
 */
import { nearest } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { alternativesOf, isObject, listOf, membersOf, resolve } from './json-schema.ts'
import { type ProblemPath, pathText } from './problem-path.ts'
import type { Problem } from './schema.ts'

export interface UnlistedKey {
  readonly path: ProblemPath
  /** The names that stand in the schema at that place. */
  readonly listed: readonly string[]
}

interface Findings {
  readonly unlisted: readonly UnlistedKey[]
  /** Ways in which the value is not of this shape at all: tells the alternatives of a union apart. */
  readonly misfits: number
}

interface Walk {
  readonly root: JsonObject
  /** Findings by schema and place: without it, unions within unions take time exponential in their depth. */
  readonly seen: Map<Json, Map<string, Findings>>
}

const nothing: Findings = { unlisted: [], misfits: 0 }
const misfit: Findings = { unlisted: [], misfits: 1 }

export function unlistedKeys(schema: JsonObject, value: unknown): readonly UnlistedKey[] {
  return look(schema, value, [], { root: schema, seen: new Map() }).unlisted
}

export function unlistedProblem({ path, listed }: UnlistedKey): Problem {
  const key = String(path.at(-1))
  const meant = nearest(key, listed)
  const hint = meant === undefined ? '' : `, did you mean \`${meant}\`?`
  return { path: pathText(path), message: `unknown key \`${key}\`${hint}` }
}

/** The value itself, or a copy that lacks those keys. */
export function withoutKeys<Value>(value: Value, keys: readonly UnlistedKey[]): Value {
  if (keys.length === 0) return value
  const copy = structuredClone(value)
  for (const { path } of keys) {
    const holder = path.slice(0, -1).reduce<unknown>((at, part) => (isHolder(at) ? at[part] : undefined), copy)
    if (isHolder(holder)) delete holder[path.at(-1) ?? '']
  }
  return copy
}

function look(node: Json | undefined, value: unknown, path: ProblemPath, walk: Walk): Findings {
  if (node === false) return misfit
  if (!isObject(node)) return nothing
  return sum([
    fits(node, value) ? nothing : misfit,
    node.$ref === undefined ? nothing : look(resolve(walk.root, node.$ref), value, path, walk),
    ...listOf(node.allOf).map((part) => look(part, value, path, walk)),
    lookAtUnion(alternativesOf(node), value, path, walk),
    lookInside(node, value, path, walk),
  ])
}

function lookInside(node: JsonObject, value: unknown, path: ProblemPath, walk: Walk): Findings {
  if (Array.isArray(value)) return lookAtItems(node, value, path, walk)
  return isHolder(value) ? lookAtMembers(node, value, path, walk) : nothing
}

/** The alternative that the value is most like; among equals, the one that lists most of its keys. */
function lookAtUnion(alternatives: readonly Json[], value: unknown, path: ProblemPath, walk: Walk): Findings {
  let best: Findings | undefined
  for (const alternative of alternatives) {
    const findings = remember(alternative, path, walk, () => look(alternative, value, path, walk))
    if (best === undefined || isCloser(findings, best)) best = findings
  }
  return best ?? nothing
}

function isCloser(one: Findings, other: Findings): boolean {
  if (one.misfits !== other.misfits) return one.misfits < other.misfits
  return one.unlisted.length < other.unlisted.length
}

function remember(node: Json, path: ProblemPath, { seen }: Walk, find: () => Findings): Findings {
  const places = seen.get(node) ?? new Map<string, Findings>()
  seen.set(node, places)
  const place = JSON.stringify(path)
  const findings = places.get(place) ?? find()
  places.set(place, findings)
  return findings
}

function lookAtItems(node: JsonObject, items: readonly unknown[], path: ProblemPath, walk: Walk): Findings {
  const first = listOf(node.prefixItems)
  return sum(items.map((item, index) => look(first[index] ?? node.items, item, [...path, index], walk)))
}

function lookAtMembers(node: JsonObject, value: Holder, path: ProblemPath, walk: Walk): Findings {
  const missing = listOf(node.required).filter((name) => !Object.hasOwn(value, String(name)))
  const members = Object.entries(value).map(([name, member]) => lookAtMember(node, name, member, path, walk))
  return sum([...missing.map(() => misfit), ...members])
}

function lookAtMember(node: JsonObject, name: string, member: unknown, path: ProblemPath, walk: Walk): Findings {
  const at = [...path, name]
  const schemas = schemasOf(node, name)
  if (schemas.length > 0) return sum(schemas.map((schema) => look(schema, member, at, walk)))
  if (node.additionalProperties !== false) return look(node.additionalProperties, member, at, walk)
  return { unlisted: [{ path: at, listed: membersOf(node.properties).map(([listed]) => listed) }], misfits: 0 }
}

function schemasOf(node: JsonObject, name: string): Json[] {
  const own = isObject(node.properties) && Object.hasOwn(node.properties, name) ? node.properties[name] : undefined
  const patterns = membersOf(node.patternProperties).filter(([pattern]) => new RegExp(pattern, 'u').test(name))
  return [...(own === undefined ? [] : [own]), ...patterns.map(([, schema]) => schema)]
}

function sum(findings: readonly Findings[]): Findings {
  const told = findings.filter((one) => one !== nothing)
  const [only] = told
  if (told.length < 2) return only ?? nothing
  return {
    unlisted: told.flatMap((one) => one.unlisted),
    misfits: told.reduce((total, one) => total + one.misfits, 0),
  }
}

function fits(node: JsonObject, value: unknown): boolean {
  if (Object.hasOwn(node, 'const') && !mayEqual(node.const, value)) return false
  if (Array.isArray(node.enum) && !node.enum.some((one: Json) => mayEqual(one, value))) return false
  if (node.type === undefined) return true
  const types = typeof node.type === 'string' ? [node.type] : listOf(node.type)
  return types.some((type) => isOfType(type, value))
}

/** Objects and lists are left to the library: what counts here is the word that tells alternatives apart. */
function mayEqual(constant: Json | undefined, value: unknown): boolean {
  return isHolder(constant) ? isHolder(value) : constant === value
}

function isOfType(type: Json, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isHolder(value) && !Array.isArray(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

type Holder = Record<string | number, unknown>

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null
}
