/**
 * What a policy can see of a value. Cedar has text, whole numbers, truth values, sets and records with known keys;
 * what has no such type is left out, and the reason is kept, so that a rule which names it fails at load, saying why.
 */
import type { Json, JsonObject } from '../json.ts'

export type CedarType = ScalarType | SetType | RecordType

export interface ScalarType {
  readonly kind: 'String' | 'Long' | 'Boolean'
}

export interface SetType {
  readonly kind: 'Set'
  readonly element: CedarType
}

export interface RecordType {
  readonly kind: 'Record'
  readonly attributes: ReadonlyMap<string, Attribute>
  /** Names with no Cedar type, and what they are instead: "a number with fractions". */
  readonly leftOut: ReadonlyMap<string, string>
}

export interface Attribute {
  readonly type: CedarType
  readonly required: boolean
  /** What stands where nothing was given: no signature of a group is none, not unknown. */
  readonly absent?: 0
}

type Typed = { readonly type: CedarType } | { readonly reason: string }

const scalar = (kind: ScalarType['kind']): Typed => ({ type: { kind } })
const none = (reason: string): Typed => ({ reason })

/** An attribute that is always there. */
export const required = (type: CedarType): Attribute => ({ type, required: true })

export function recordType(attributes: Iterable<readonly [string, Attribute]>): RecordType {
  return { kind: 'Record', attributes: new Map(attributes), leftOut: new Map() }
}

/** The record that the validated values of a schema (JSON Schema, output side) make; an empty one without a schema. */
export function recordOfSchema(schema: JsonObject | undefined): RecordType {
  if (schema === undefined) return recordType([])
  const typed = typeOf(schema, schema, [])
  return 'type' in typed && typed.type.kind === 'Record' ? typed.type : recordType([])
}

function typeOf(schema: Json | undefined, root: JsonObject, following: readonly string[]): Typed {
  if (!isObject(schema)) return none('of any shape')
  if (typeof schema.$ref === 'string') return typeOfReference(schema.$ref, root, following)
  const options = schema.anyOf ?? schema.oneOf
  if (Array.isArray(options)) return typeOfUnion(options, root, following)
  if ('allOf' in schema || 'not' in schema || 'if' in schema) return none('of a shape that only its schema can tell')
  if (Array.isArray(schema.type)) {
    return typeOfUnion(
      schema.type.map((type) => ({ ...schema, type })),
      root,
      following,
    )
  }
  return typeOfPlain(schema, root, following)
}

function typeOfPlain(schema: JsonObject, root: JsonObject, following: readonly string[]): Typed {
  switch (schema.type ?? typeOfConstants(schema)) {
    case 'string':
      return scalar('String')
    case 'boolean':
      return scalar('Boolean')
    case 'integer':
      return scalar('Long')
    case 'number':
      return none('a number with fractions')
    case 'null':
      return none('null')
    case 'array':
      return typeOfList(schema, root, following)
    case 'object':
      return typeOfRecord(schema, root, following)
    default:
      return none('of any shape')
  }
}

/** `const` and `enum` may stand without a type; then their values say it. */
function typeOfConstants(schema: JsonObject): string | undefined {
  const constants = 'const' in schema ? [schema.const] : schema.enum
  if (!Array.isArray(constants)) return undefined
  if (constants.every((value) => typeof value === 'string')) return 'string'
  if (constants.every((value) => typeof value === 'boolean')) return 'boolean'
  if (constants.every((value) => Number.isSafeInteger(value))) return 'integer'
  return undefined
}

/** A choice between literals of one kind is that kind; every other choice has no type. */
function typeOfUnion(options: readonly Json[], root: JsonObject, following: readonly string[]): Typed {
  const typed = options.map((option) => typeOf(option, root, following))
  const [first] = typed
  if (first !== undefined && typed.length === 1) return first
  const kinds = new Set(typed.map((option) => ('type' in option ? option.type.kind : option.reason)))
  if (first !== undefined && 'type' in first && kinds.size === 1 && isScalar(first.type)) return first
  return none(kinds.has('null') ? 'a value or null' : 'one of several shapes')
}

function typeOfList(schema: JsonObject, root: JsonObject, following: readonly string[]): Typed {
  if ('prefixItems' in schema) return none('a list whose places differ')
  const element = typeOf(schema.items, root, following)
  return 'type' in element
    ? { type: { kind: 'Set', element: element.type } }
    : none(`a list of what is ${element.reason}`)
}

function typeOfRecord(schema: JsonObject, root: JsonObject, following: readonly string[]): Typed {
  const properties = isObject(schema.properties) ? schema.properties : {}
  const open = schema.additionalProperties
  if (open !== undefined && open !== false) return none('a record with free keys')
  if ('patternProperties' in schema) return none('a record with free keys')
  const needed = new Set(Array.isArray(schema.required) ? schema.required : [])
  const attributes = new Map<string, Attribute>()
  const leftOut = new Map<string, string>()
  for (const [name, property] of Object.entries(properties)) {
    const typed = name.startsWith('__') ? none('a name that Cedar keeps for itself') : typeOf(property, root, following)
    if ('type' in typed) attributes.set(name, { type: typed.type, required: needed.has(name) })
    else leftOut.set(name, typed.reason)
  }
  return { type: { kind: 'Record', attributes, leftOut } }
}

function typeOfReference(reference: string, root: JsonObject, following: readonly string[]): Typed {
  if (following.includes(reference)) return none('a shape that holds itself')
  let target: Json | undefined = root
  for (const step of reference.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    target = isObject(target) && Object.hasOwn(target, name) ? target[name] : undefined
  }
  return reference.startsWith('#') ? typeOf(target, root, [...following, reference]) : none('of any shape')
}

/** The first thing below a type that was left out of it: its path and what it is. */
export function firstLeftOut(
  type: CedarType,
  path: readonly string[],
): { path: readonly string[]; reason: string } | undefined {
  if (type.kind === 'Set') return firstLeftOut(type.element, path)
  if (type.kind !== 'Record') return undefined
  for (const [name, reason] of type.leftOut) return { path: [...path, name], reason }
  for (const [name, attribute] of type.attributes) {
    const found = firstLeftOut(attribute.type, [...path, name])
    if (found) return found
  }
  return undefined
}

const isScalar = (type: CedarType): boolean => type.kind !== 'Set' && type.kind !== 'Record'

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
