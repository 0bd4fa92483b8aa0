/**
 * YAML text to a plain tree in which every key and value knows its place. Refuses what a page has no need of and what
 * makes it say something else than it shows: anchors, aliases, merge keys, tags, directives, a second document.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml'
import type { Place } from '../errors.ts'
import { type Problem, type ProblemCode, visible } from './problem.ts'

export type YamlNode = YamlMap | YamlList | YamlScalar

export interface YamlMap {
  readonly node: 'map'
  readonly place: Place
  readonly entries: readonly YamlEntry[]
}

export interface YamlEntry {
  readonly key: string
  readonly place: Place
  readonly value: YamlNode
}

export interface YamlList {
  readonly node: 'list'
  readonly place: Place
  readonly items: readonly YamlNode[]
}

export interface YamlScalar {
  readonly node: 'scalar'
  readonly place: Place
  readonly value: string | number | boolean | null
  /** The characters on the page, without quotes: `0.10` stays `0.10`. */
  readonly source: string
}

export interface YamlText {
  readonly root: YamlNode | undefined
  readonly problems: readonly Problem[]
}

/** More than this is no page, and is not parsed. In UTF-16 units. */
export const largestPage = 65_536

const notPlain = 'write the value itself where it is read'

export function readYaml(file: string, text: string): YamlText {
  const problems: Problem[] = []
  const start: Place = { file, line: 1, column: 1 }
  const report = (code: ProblemCode, message: string, place: Place, hint?: string) =>
    problems.push({
      level: 'error',
      code,
      message: visible(message),
      place,
      path: '',
      ...(hint === undefined ? {} : { hint }),
    })

  if (text.length > largestPage) {
    report('too_large', `a page holds at most ${largestPage} characters, this file has ${text.length}`, start)
    return { root: undefined, problems }
  }
  if (!text.isWellFormed()) {
    report('yaml_invalid', 'the file is not text: it holds half of a character', start)
    return { root: undefined, problems }
  }
  const placeOf = placesIn(file, text)
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' })
  for (const document of documents) reportDocument(document, placeOf, report)
  if (problems.length > 0) return { root: undefined, problems }

  const [first, second] = documents
  if (second !== undefined) {
    const begins = second.contents?.range?.[0] ?? second.range[0]
    report('yaml_not_plain', 'a page is one document, a second one begins here', placeOf(begins))
  }
  const root = first?.contents == null ? undefined : treeOf(first.contents, { placeOf, report })
  return { root: isNothing(root) ? undefined : root, problems }
}

/** Counts by itself: the parser's own counter does not know the last lines of a text that it gave up on. */
function placesIn(file: string, text: string): (offset: number) => Place {
  const places: { line: number; column: number }[] = []
  let [line, column] = [1, 1]
  for (let offset = 0; offset <= text.length; offset++) {
    places.push({ line, column })
    ;[line, column] = text[offset] === '\n' ? [line + 1, 1] : [line, column + 1]
  }
  return (offset) => ({ file, line, column, ...places[offset] })
}

type Report = (code: ProblemCode, message: string, place: Place, hint?: string) => void
interface Growing {
  placeOf(offset: number): Place
  report: Report
}

function reportDocument(document: Document.Parsed, placeOf: (offset: number) => Place, report: Report): void {
  const { directives } = document
  if (directives.yaml.explicit === true || Object.keys(directives.tags).length > 1) {
    report('yaml_not_plain', 'a page takes no YAML directives', placeOf(0), 'remove the lines that begin with `%`')
  }
  for (const error of document.errors) {
    const message = error.code === 'RESOURCE_EXHAUSTION' ? 'the page is nested too deeply' : lowerFirst(error.message)
    report('yaml_invalid', `this is not YAML: ${message}`, placeOf(error.pos[0]))
  }
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function treeOf(node: ParsedNode, growing: Growing): YamlNode {
  const place = growing.placeOf(node.range[0])
  refuseProperties(node, place, growing.report)
  if (isMap(node)) return { node: 'map', place, entries: entriesOf(node, growing) }
  if (isSeq(node)) return { node: 'list', place, items: node.items.map((item) => treeOf(item, growing)) }
  if (isScalar(node)) return { node: 'scalar', place, value: plainValue(node.value), source: node.source }
  return { node: 'scalar', place, value: null, source: '' }
}

function refuseProperties(node: ParsedNode, place: Place, report: Report): void {
  if (isAlias(node)) report('yaml_not_plain', `a page takes no aliases such as \`*${node.source}\``, place, notPlain)
  else if (node.anchor !== undefined) {
    report('yaml_not_plain', `a page takes no anchors such as \`&${node.anchor}\``, place, notPlain)
  } else if (node.tag !== undefined) {
    report('yaml_not_plain', `a page takes no tags such as \`${node.tag}\``, place, notPlain)
  }
}

function plainValue(value: unknown): YamlScalar['value'] {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function entriesOf(map: YAMLMap.Parsed, growing: Growing): YamlEntry[] {
  const entries: YamlEntry[] = []
  const seen = new Map<string, Place>()
  for (const pair of map.items) {
    const entry = entryOf(pair, growing)
    if (entry === undefined) continue
    const first = seen.get(entry.key)
    if (first === undefined) {
      seen.set(entry.key, entry.place)
      entries.push(entry)
    } else {
      growing.report('duplicate_key', `\`${entry.key}\` stands twice, first on line ${first.line}`, entry.place)
    }
  }
  return entries
}

function entryOf(pair: Pair<ParsedNode, ParsedNode | null>, growing: Growing): YamlEntry | undefined {
  const { key, value } = pair
  const place = growing.placeOf(key.range[0])
  refuseProperties(key, place, growing.report)
  if (!isScalar(key)) {
    if (!isAlias(key)) growing.report('yaml_not_plain', 'a key is a word, not a mapping or a list', place)
    return undefined
  }
  if (key.source === '<<') {
    growing.report('yaml_not_plain', 'a page takes no merge keys `<<`', place, notPlain)
    return undefined
  }
  // An empty value stands nowhere, so its key is what can be pointed at.
  if (value === null || (isScalar(value) && value.value === null && value.source === '')) {
    if (value !== null) refuseProperties(value, place, growing.report)
    return { key: key.source, place, value: { node: 'scalar', place, value: null, source: '' } }
  }
  return { key: key.source, place, value: treeOf(value, growing) }
}

/** `key:` with nothing behind it, or an explicit null. */
export function isNothing(node: YamlNode | undefined): boolean {
  return node === undefined || (node.node === 'scalar' && node.value === null)
}
