/** JSON Schema (draft 2020-12) as it is read here: a few looks at one node, for those who walk it. */
import type { Json, JsonObject } from '../json.ts'

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

export function membersOf(value: Json | undefined): readonly [string, Json][] {
  return isObject(value) ? Object.entries(value) : []
}

/** The alternatives of a union, whichever of its two words was used. */
export function alternativesOf(node: JsonObject): readonly Json[] {
  return [...listOf(node.anyOf), ...listOf(node.oneOf)]
}

/** Says which members an object has: a record says only what they are like. */
export function listsMembers(node: JsonObject): boolean {
  return isObject(node.properties)
}

/** What `#/$defs/x` names in the whole schema; nothing for a reference that leads outside. */
export function resolve(root: JsonObject, reference: Json | undefined): Json | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined
  const steps = reference.slice(1).split('/').slice(1)
  return steps.reduce<Json | undefined>((node, step) => child(node, unescaped(step)), root)
}

function child(node: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(node)) return node[Number(step)]
  return isObject(node) && Object.hasOwn(node, step) ? node[step] : undefined
}

const unescaped = (step: string) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
