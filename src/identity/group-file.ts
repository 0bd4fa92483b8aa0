/**
 * The local group file: who there is, and who belongs to which group.
 *
 *   principals: [ada@acme.example, fay@acme.example]        or by address, with what to call them
 *   groups: { finance: [fay@acme.example] }
 *
 * Whoever is in a group stands among the principals too, so that a misspelt address never signs for anybody.
 */
import { isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument, type YAMLMap } from 'yaml'
import { CharterError, type ErrorOptions, nearest, type Place } from '../errors.ts'
import { type Principal, principalHint, readPrincipal } from './principal.ts'

export interface GroupFile {
  readonly principals: ReadonlyMap<string, KnownPrincipal>
  /** Names of the members by group, in the order of the file. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}

export interface KnownPrincipal extends Principal {
  /** What to call them on a screen, where the file says it. */
  readonly called?: string
}

/** Throws `group_file_invalid`, or `principal_unknown` for a member who is no principal, with the place in the file. */
export function readGroupFile(file: string, text: string): GroupFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const reading: Reading = {
    placeOf: (offset) => {
      const { line, col } = lines.linePos(offset)
      return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
    },
  }
  const [error] = document.errors
  if (error) throw invalid(reading, error.pos[0], `this is not YAML: ${lowerFirst(error.message)}`)
  const parts = mapping(reading, document.contents, 0, 'a group file')
  for (const { key, offset } of parts) requireKnownKey(reading, key, offset)
  const principals = readPrincipals(
    reading,
    parts.find(({ key }) => key === 'principals'),
  )
  return {
    principals,
    groups: readGroups(
      reading,
      parts.find(({ key }) => key === 'groups'),
      principals,
    ),
  }
}

/** The groups of a principal, in the order of the file. Throws `principal_unknown` for who does not stand in it. */
export function groupsOf({ principals, groups }: GroupFile, name: string): readonly string[] {
  const principal = readPrincipal(name)
  if (principal === undefined || !principals.has(principal.name)) throw unknown(name, principals)
  return [...groups].filter(([, members]) => members.includes(principal.name)).map(([group]) => group)
}

interface Reading {
  placeOf(offset: number): Place
}

interface Entry {
  readonly key: string
  readonly value: ParsedNode | null
  readonly offset: number
}

const keys = ['principals', 'groups']

function requireKnownKey(reading: Reading, key: string, offset: number): void {
  if (keys.includes(key)) return
  const near = nearest(key, keys)
  throw invalid(reading, offset, `a group file has no key \`${key}\``, {
    param: key,
    hint: near === undefined ? 'its keys are `principals` and `groups`' : `did you mean \`${near}\`?`,
  })
}

function readPrincipals(reading: Reading, entry: Entry | undefined): ReadonlyMap<string, KnownPrincipal> {
  const found = new Map<string, KnownPrincipal>()
  const add = (text: string, offset: number, called?: string) => {
    const principal = readPrincipal(text)
    if (!principal) throw invalid(reading, offset, `\`${text}\` names no principal`, { hint: principalHint })
    if (found.has(principal.name)) throw invalid(reading, offset, `\`${principal.name}\` stands twice`)
    found.set(principal.name, { ...principal, ...(called !== undefined && { called }) })
  }
  if (entry === undefined) throw invalid(reading, 0, 'the group file names no `principals`', { param: 'principals' })
  if (isSeq(entry.value)) for (const { text, offset } of list(reading, entry)) add(text, offset)
  else {
    for (const { key, value, offset } of mapping(reading, entry.value, entry.offset, '`principals`')) {
      add(key, offset, isNothing(value) ? undefined : textOf(reading, value, offset))
    }
  }
  return found
}

function readGroups(
  reading: Reading,
  entry: Entry | undefined,
  principals: ReadonlyMap<string, KnownPrincipal>,
): ReadonlyMap<string, readonly string[]> {
  if (entry === undefined || isNothing(entry.value)) return new Map()
  const groups = mapping(reading, entry.value, entry.offset, '`groups`')
  return new Map(groups.map((group) => [groupName(reading, group), members(reading, group, principals)]))
}

/** `subject:KIND` on a page asks a person whom the action names, so no group may be called like that. */
function groupName(reading: Reading, { key, offset }: Entry): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(key)) return key
  throw invalid(reading, offset, `\`${key}\` is no name for a group`, {
    param: `groups.${key}`,
    hint: 'use letters, digits, dashes and underscores',
  })
}

function members(reading: Reading, group: Entry, principals: ReadonlyMap<string, KnownPrincipal>): readonly string[] {
  const names: string[] = []
  for (const { text, offset } of list(reading, group)) {
    const name = readPrincipal(text)?.name
    if (name === undefined || !principals.has(name)) {
      throw unknown(text, principals, reading.placeOf(offset), `groups.${group.key}`)
    }
    if (names.includes(name)) throw invalid(reading, offset, `\`${name}\` stands twice in \`${group.key}\``)
    names.push(name)
  }
  return names
}

function mapping(reading: Reading, node: ParsedNode | null, offset: number, what: string): readonly Entry[] {
  if (!isMap(node)) throw invalid(reading, node?.range[0] ?? offset, `${what} is a mapping`)
  return (node as YAMLMap.Parsed).items.map(({ key, value }) => {
    const at = key.range[0]
    if (!isScalar(key)) throw invalid(reading, at, 'a key is a word')
    return { key: key.source, value, offset: at }
  })
}

function list(reading: Reading, { key, value, offset }: Entry): readonly { text: string; offset: number }[] {
  if (!isSeq(value)) throw invalid(reading, offset, `\`${key}\` is a list of principals`, { param: key })
  return value.items.map((item) => {
    const at = item.range[0]
    return { text: textOf(reading, item, at), offset: at }
  })
}

function textOf(reading: Reading, node: ParsedNode | null, offset: number): string {
  if (isScalar(node) && typeof node.value === 'string') return node.value
  throw invalid(reading, node?.range[0] ?? offset, 'a name is wanted here', { hint: principalHint })
}

const isNothing = (node: ParsedNode | null): boolean => node === null || (isScalar(node) && node.value === null)

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

const invalid = (reading: Reading, offset: number, message: string, options: ErrorOptions = {}): CharterError =>
  new CharterError('group_file_invalid', message, { ...options, place: reading.placeOf(offset) })

function unknown(name: string, principals: ReadonlyMap<string, unknown>, place?: Place, param?: string): CharterError {
  const near = nearest(name, principals.keys())
  return new CharterError('principal_unknown', `no principal \`${name}\` stands in the group file`, {
    place,
    param,
    hint: near === undefined ? 'add them under `principals`' : `did you mean \`${near}\`?`,
  })
}
