/**
 * A JSON Schema in which every object says all its members, so that a key nobody wrote down is refused at every depth.
 * What only *looks* closed is refused: an intersection of closed objects admits nothing.
 */
import { CharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { isObject, listOf, listsMembers, membersOf } from './json-schema.ts'
import { type ProblemPath, pathText } from './problem-path.ts'

/** `close` objects that say they are open, too; or `keep` those as their author wrote them. */
export type OpenObjects = 'close' | 'keep'

const maps = ['properties', 'patternProperties', '$defs', 'definitions']
const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const single = ['items', 'contains', 'additionalProperties']
const conditional = ['if', 'then', 'else', 'dependentSchemas', 'unevaluatedProperties']

/** Throws `tool_invalid` for what cannot be closed. */
export function closeJsonSchema(schema: JsonObject, open: OpenObjects): JsonObject {
  return closeObject(schema, open, [])
}

function close(node: Json, open: OpenObjects, path: ProblemPath): Json {
  return isObject(node) ? closeObject(node, open, path) : node
}

function closeObject(node: JsonObject, open: OpenObjects, path: ProblemPath): JsonObject {
  refuseUnclosable(node, path)
  const closed = Object.fromEntries(
    Object.entries(node).map(([word, value]) => [word, closeWord(word, value, open, [...path, word])]),
  )
  return isLoose(node, open) ? { ...closed, additionalProperties: false } : closed
}

function closeWord(word: string, value: Json, open: OpenObjects, path: ProblemPath): Json {
  if (single.includes(word)) return close(value, open, path)
  if (lists.includes(word)) return listOf(value).map((item, index) => close(item, open, [...path, index]))
  if (!maps.includes(word)) return value
  return Object.fromEntries(membersOf(value).map(([name, member]) => [name, close(member, open, [...path, name])]))
}

/** A record (`additionalProperties` with a schema, and no list of members) is as closed as it means to be. */
function isLoose(node: JsonObject, open: OpenObjects): boolean {
  const others = node.additionalProperties
  if (others === undefined) return listsMembers(node) || saysObject(node)
  if (open === 'keep' || !listsMembers(node)) return false
  return others === true || (isObject(others) && Object.keys(others).length === 0)
}

function saysObject(node: JsonObject): boolean {
  return node.type === 'object' || listOf(node.type).includes('object')
}

function refuseUnclosable(node: JsonObject, path: ProblemPath): void {
  const word = conditional.find((name) => node[name] !== undefined && node[name] !== false)
  const open = listOf(node.allOf).some((branch) => isObject(branch) && (saysObject(branch) || '$ref' in branch))
  if (word === undefined && !open) return
  throw new CharterError(
    'tool_invalid',
    `the schema cannot be closed: it uses \`${word ?? 'allOf'}\` at \`${pathText(path)}\``,
    {
      hint: 'write one object with all its members, or a union of such objects',
      param: pathText(path),
    },
  )
}
