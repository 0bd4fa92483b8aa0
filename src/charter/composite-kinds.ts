/** Mappings, lists and files: kinds that are made of other kinds. */
import { createHash } from 'node:crypto'
import type { JsonObject } from '../json.ts'
import type { Keys, Values } from './key.ts'
import { at, fault, type Key, type Kind, type Part, type Reading, wrong } from './kind.ts'
import { readMapping } from './read-mapping.ts'
import { isNothing, type YamlEntry } from './read-yaml.ts'

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
