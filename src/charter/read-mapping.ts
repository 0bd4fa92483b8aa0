/** A mapping of the page against the keys that it may have. */
import { nearest } from '../errors.ts'
import { isEnforced, type Keys, type Values } from './key.ts'
import { at, fault, type Key, type Kind, type Reading, wrong } from './kind.ts'
import { isNothing, type YamlEntry, type YamlNode } from './read-yaml.ts'

interface KnownEntry {
  readonly name: string
  readonly key: Key<unknown>
  readonly kind: Kind<unknown>
  readonly entry: YamlEntry
}

/** Nothing when it is no mapping or lacks a key; then, and for every key at fault, the problem is in the reading. */
export function readMapping<All extends Keys>(
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
    ...(meant === undefined && { hint: `here may stand ${namesOf(keys).join(', ')}` }),
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
