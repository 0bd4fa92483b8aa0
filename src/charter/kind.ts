/**
 * What a value of the page can be. A kind reads it from the tree, writes it back as a page would say it, and says
 * itself as JSON Schema, so that loading, the schema and the comparison cannot drift apart.
 */
import { nearest, type Place } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Order } from './order.ts'
import { type Problem, type ProblemCode, visible } from './problem.ts'
import type { YamlNode } from './read-yaml.ts'

export interface Kind<Value> {
  /** What is expected, to be read after `must be`: `a whole number of 1 or more`. */
  readonly says: string
  readonly schema: JsonObject
  /** Nothing when the value is at fault; the problem is then in the reading. */
  read(node: YamlNode, path: string, reading: Reading): Value | undefined
  /** As a page would say it. */
  write(value: Value): Json
  /** For a change of what `write` does not show: the text behind a file name. */
  show?(value: Value): Json
  /** The keys of a mapping that has a comparison of its own for each. */
  parts?(value: Value): readonly Part[]
  /** An absent mapping says the same as an empty one. */
  readonly emptyWhenAbsent?: boolean
  /** The keys that a mapping knows, by name, for lists of all keys. */
  readonly keys?: Readonly<Record<string, Key<unknown>>>
}

export interface Part {
  readonly name: string
  readonly key: Key<unknown>
  readonly value: unknown
}

export interface Key<Value> {
  readonly kind: Kind<Value>
  /** One sentence for people: what the key does. */
  readonly about: string
  readonly order: Order<Value>
  /** Whether the runtime holds it; or the only values that it holds. */
  readonly enforced: boolean | readonly Value[]
  readonly required: boolean
  /** Other names of the same key; two of them on one page are an error. */
  readonly aliases: readonly string[]
  readonly fallsBackTo?: Json
  readonly star?: Star<Value>
}

/** A key whose name ends in something the page chooses: `max_amount_*` with a currency. */
export interface Star<Value> {
  readonly pattern: string
  /** Shown when a name is misspelt. */
  readonly examples: readonly string[]
  /** Nothing when the ending is none. */
  kindFor(ending: string): Kind<Value> | undefined
  endingOf(value: Value): string
}

/** What is gathered while one page is read. */
export interface Reading {
  readonly foreign: boolean
  readonly problems: Problem[]
  readonly places: Record<string, Place>
  /** Paths of keys that nothing enforces yet, with the place of the key. */
  readonly notEnforced: { readonly key: string; readonly place: Place }[]
  readFile(file: string): string | undefined
}

export interface Fault {
  readonly code?: ProblemCode
  readonly level?: Problem['level']
  readonly message: string
  readonly hint?: string | undefined
  readonly place: Place
  readonly path: string
}

/** Notes the fault and answers nothing, so that a reader can `return fault(…)`. */
export function fault(reading: Reading, { code, level, message, hint, place, path }: Fault): undefined {
  reading.problems.push({
    level: level ?? 'error',
    code: code ?? 'invalid_value',
    message: visible(message),
    ...(hint === undefined ? {} : { hint: visible(hint) }),
    place,
    path,
  })
}

/** The value is not what the kind says. */
export function wrong(
  reading: Reading,
  node: YamlNode,
  path: string,
  says: string,
  more: { hint?: string | undefined; candidates?: readonly string[] } = {},
): undefined {
  const found =
    node.node === 'scalar' && typeof node.value === 'string' ? nearest(node.value, more.candidates ?? []) : undefined
  const meant = found === undefined ? '' : `, did you mean \`${found}\`?`
  const message = `\`${path}\` must be ${says}, not ${shown(node)}${meant}`
  return fault(reading, { message, hint: more.hint, place: node.place, path })
}

function shown(node: YamlNode): string {
  if (node.node !== 'scalar') return node.node === 'map' ? 'a mapping' : 'a list'
  if (node.value === null) return 'empty'
  return `\`${node.source.length > 60 ? `${node.source.slice(0, 57)}...` : node.source}\``
}

export const at = (path: string, name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
