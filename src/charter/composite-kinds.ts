/** Mappings, lists and files: kinds that are made of other kinds. */
import { createHash } from 'node:crypto'
import { nearest } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { at, fault, type Key, type Kind, type Part, type Reading, type Star, wrong } from './kind.ts'
import type { Order } from './order.ts'
import { isNothing, type YamlEntry, type YamlNode } from './read-yaml.ts'

interface KeyOptions<Value> {
  /** False where nothing holds it yet (P6), or the only values that are held. */
  enforced?: boolean | readonly Value[]
  aliases?: readonly string[]
  fallsBackTo?: Json
  star?: Star<Value>
}

type OptionalKey<Value> = Key<Value> & { readonly required: false }
type RequiredKey<Value> = Key<Value> & { readonly required: true }

/** The value is what the kind says; the order has to fit it. */
export function key<Value>(
  kind: Kind<Value>,
  order: Order<NoInfer<Value>>,
  about: string,
  options: KeyOptions<NoInfer<Value>> = {},
): OptionalKey<Value> {
  return { kind, order, about, enforced: true, aliases: [], ...options, required: false }
}

export function requiredKey<Value>(kind: Kind<Value>, order: Order<NoInfer<Value>>, about: string): RequiredKey<Value> {
  return { kind, order, about, enforced: true, aliases: [], required: true }
}

type Keys = Readonly<Record<string, Key<unknown>>>
export type ValueOf<AKey> = AKey extends { readonly kind: Kind<infer Value> } ? Value : never
type RequiredName<All> = { [Name in keyof All]: All[Name] extends { required: true } ? Name : never }[keyof All]
export type Values<All> = { readonly [Name in RequiredName<All>]: ValueOf<All[Name]> } & {
  readonly [Name in Exclude<keyof All, RequiredName<All>>]?: ValueOf<All[Name]>
}

/** A mapping with these keys and no others. A key that ends in `*` stands for names with any known ending, one at a time. */
export function mapping<const All extends Keys>(
  keys: All,
  options: { emptyWhenAbsent?: boolean } = {},
): Kind<Values<All>> {
  return {
    says: 'a mapping',
    schema: schemaOf(keys),
    keys,
    ...options,
    read: (node, path, reading) => readMapping(keys, node, path, reading),
    write: (value) => {
      const parts = partsOf(keys, value)
      return Object.fromEntries(parts.map((part) => [part.name, part.key.kind.write(part.value)]))
    },
    parts: (value) => partsOf(keys, value),
  }
}

function partsOf(keys: Keys, values: object): Part[] {
  const written: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(values))
  return Object.entries(keys).flatMap(([name, each]) => {
    const value = written[name]
    if (value === undefined) return []
    return [{ name: each.star ? name.replace('*', each.star.endingOf(value)) : name, key: each, value }]
  })
}

interface KnownEntry {
  readonly name: string
  readonly key: Key<unknown>
  readonly kind: Kind<unknown>
  readonly entry: YamlEntry
}

function readMapping<All extends Keys>(
  keys: All,
  node: YamlNode,
  path: string,
  reading: Reading,
): Values<All> | undefined {
  if (!isNothing(node) && node.node !== 'map') return wrong(reading, node, path, 'a mapping')
  const known = node.node === 'map' ? knownEntries(keys, node.entries, path, reading) : []
  const values: Record<string, unknown> = {}
  for (const each of known) {
    const value = readEntry(each, path, reading)
    if (value !== undefined) values[each.name] = value
  }
  const required = Object.keys(keys).filter((each) => keys[each]?.required)
  for (const missing of required.filter((each) => !known.some(({ name }) => name === each))) {
    const message = `\`${path}\` lacks \`${missing}\``
    fault(reading, { code: 'missing_key', message, place: node.place, path: at(path, missing) })
  }
  return required.some((each) => values[each] === undefined) ? undefined : (values as Values<All>)
}

function knownEntries(keys: Keys, entries: readonly YamlEntry[], path: string, reading: Reading): KnownEntry[] {
  const known: KnownEntry[] = []
  for (const entry of entries) {
    const found = find(keys, entry)
    const twin = known.find((each) => each.name === found?.name)
    if (found === undefined) refuseUnknown(keys, entry, path, reading)
    else if (twin === undefined) known.push(found)
    else refuseTwin(twin.entry, entry, path, reading)
  }
  return known
}

function find(keys: Keys, entry: YamlEntry): KnownEntry | undefined {
  for (const [name, each] of Object.entries(keys)) {
    const prefix = name.slice(0, -1)
    const ending = each.star && entry.key.startsWith(prefix) ? entry.key.slice(prefix.length) : undefined
    const kind = ending === undefined ? undefined : each.star?.kindFor(ending)
    if (kind !== undefined) return { name, key: each, kind, entry }
    const isNamed = (name === entry.key && each.star === undefined) || each.aliases.includes(entry.key)
    if (isNamed) return { name, key: each, kind: each.kind, entry }
  }
  return undefined
}

function refuseUnknown(keys: Keys, entry: YamlEntry, path: string, reading: Reading): void {
  const meant = nearest(entry.key, namesOf(keys))
  fault(reading, {
    level: reading.foreign ? 'warning' : 'error',
    code: 'unknown_key',
    message: `unknown key \`${entry.key}\`${meant === undefined ? '' : `, did you mean \`${meant}\`?`}`,
    place: entry.place,
    path: at(path, entry.key),
  })
}

function namesOf(keys: Keys): string[] {
  return Object.entries(keys).flatMap(([name, each]) =>
    each.star ? each.star.examples.map((ending) => name.replace('*', ending)) : [name, ...each.aliases],
  )
}

function refuseTwin(first: YamlEntry, second: YamlEntry, path: string, reading: Reading): void {
  fault(reading, {
    code: 'duplicate_key',
    message: `\`${second.key}\` and \`${first.key}\` say the same; one of them must go`,
    place: second.place,
    path: at(path, second.key),
  })
}

function readEntry({ name, key: each, kind, entry }: KnownEntry, path: string, reading: Reading): unknown {
  const canonical = each.star ? entry.key : name
  const here = at(path, canonical)
  reading.places[here] = entry.place
  const value = kind.read(entry.value, at(path, entry.key), reading)
  if (value !== undefined && !isEnforced(each, value)) reading.notEnforced.push({ key: here, place: entry.place })
  return value
}

export function isEnforced<Value>(each: Key<Value>, value: Value): boolean {
  return typeof each.enforced === 'boolean' ? each.enforced : each.enforced.includes(value)
}

function schemaOf(keys: Keys): JsonObject {
  const named = Object.entries(keys).filter(([, each]) => each.star === undefined)
  const starred = Object.entries(keys).filter(([, each]) => each.star !== undefined)
  const required = named.filter(([, each]) => each.required).map(([name]) => name)
  return {
    type: required.length > 0 ? 'object' : ['object', 'null'],
    properties: Object.fromEntries(
      named.flatMap(([name, each]) => [name, ...each.aliases].map((either) => [either, describedSchema(each)])),
    ),
    ...(starred.length > 0 && {
      patternProperties: Object.fromEntries(
        starred.map(([name, each]) => [`^${name.replace('*', each.star?.pattern ?? '')}$`, describedSchema(each)]),
      ),
    }),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

function describedSchema(each: Key<unknown>): JsonObject {
  const enforced = each.enforced === false ? ' Nothing enforces it yet, so nothing runs under it.' : ''
  return {
    description: `${each.about}${enforced}`,
    ...each.kind.schema,
    ...(each.fallsBackTo !== undefined && { default: each.fallsBackTo }),
  }
}

/** A mapping from names that the page chooses. Its values have no prototype, so that no name finds what nobody wrote. */
export function record<Value>(names: Kind<string>, each: Key<Value>): Kind<Readonly<Record<string, Value>>> {
  const partsOfRecord = (value: Readonly<Record<string, Value>>): Part[] =>
    Object.entries(value).map(([name, part]) => ({ name, key: each, value: part }))
  return {
    says: 'a mapping',
    schema: {
      type: ['object', 'null'],
      propertyNames: { type: 'string', ...names.schema },
      additionalProperties: describedSchema(each),
    },
    emptyWhenAbsent: true,
    keys: { '*': each },
    read: (node, path, reading) => {
      if (isNothing(node)) return byName([])
      if (node.node !== 'map') return wrong(reading, node, path, 'a mapping')
      return byName(node.entries.flatMap((entry) => readNamed(names, each, entry, path, reading)))
    },
    write: (value) => Object.fromEntries(Object.entries(value).map(([name, part]) => [name, each.kind.write(part)])),
    parts: partsOfRecord,
  }
}

function readNamed<Value>(
  names: Kind<string>,
  each: Key<Value>,
  entry: YamlEntry,
  path: string,
  reading: Reading,
): (readonly [string, Value])[] {
  const node = { node: 'scalar', place: entry.place, value: entry.key, source: entry.key } as const
  const name = names.read(node, at(path, entry.key), reading)
  reading.places[at(path, entry.key)] = entry.place
  const value = each.kind.read(entry.value, at(path, entry.key), reading)
  return name === undefined || value === undefined ? [] : [[name, value]]
}

export function byName<Value>(entries: Iterable<readonly [string, Value]>): Readonly<Record<string, Value>> {
  const values: Record<string, Value> = Object.create(null)
  for (const [name, value] of entries) values[name] = value
  return values
}

export function list<Value>(each: Kind<Value>, least = 0): Kind<readonly Value[]> {
  const says = least === 0 ? 'a list' : 'a list of one or more'
  return {
    says,
    schema: { type: 'array', items: each.schema, ...(least > 0 && { minItems: least }) },
    read: (node, path, reading) => {
      if (node.node !== 'list' || node.items.length < least) return wrong(reading, node, path, says)
      const values = node.items.map((item, index) => {
        reading.places[at(path, index)] = item.place
        return each.read(item, at(path, index), reading)
      })
      return values.filter((value) => value !== undefined)
    },
    write: (values) => values.map((value) => each.write(value)),
    ...(each.show && { show: (values) => values.map((value) => each.show?.(value) ?? each.write(value)) }),
  }
}

/** A kind whose value is said otherwise in the page than in the program. */
export function mapped<Value, Said>(
  kind: Kind<Said>,
  to: (said: Said) => Value,
  from: (value: Value) => Said,
): Kind<Value> {
  const { read, write, show, parts, ...rest } = kind
  return {
    ...rest,
    read: (node, path, reading) => {
      const said = read(node, path, reading)
      return said === undefined ? undefined : to(said)
    },
    write: (value) => write(from(value)),
    ...(show && { show: (value) => show(from(value)) }),
    ...(parts && { parts: (value) => parts(from(value)) }),
  }
}

export interface NamedText {
  readonly file: string
  readonly text: string
}

/** What stands for a file where its text is too long to be shown. */
export const fileHash = ({ file, text }: NamedText): JsonObject => ({
  file,
  sha256: createHash('sha256').update(text).digest('hex'),
})

/** A file that the page names, beside it; its text is part of the page. */
export const textFile: Kind<NamedText> = {
  says: 'the path of a file, relative to the page',
  schema: { type: 'string', minLength: 1 },
  read: (node, path, reading) => {
    const file = node.node === 'scalar' && typeof node.value === 'string' ? node.value : ''
    if (file === '' || /^([/\\~]|[A-Za-z]:|[a-z]+:\/\/)|[\p{Cc}\p{Cs}]/u.test(file))
      return wrong(reading, node, path, textFile.says)
    const text = reading.readFile(file)
    if (text?.isWellFormed()) return { file, text }
    const message = text === undefined ? `there is no file \`${file}\` beside the page` : `\`${file}\` is not text`
    return fault(reading, { code: 'file_missing', message, place: node.place, path })
  },
  write: ({ file }) => file,
  show: fileHash,
}
