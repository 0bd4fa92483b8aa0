/**
 * Which fields hold what must be treated with care, read from the schema's own metadata (`x-charter`), so that redaction,
 * policy and money do not depend on guessing from names.
 */
import { z } from 'zod'
import { CharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { alternativesOf, isObject, listOf, membersOf, resolve } from './json-schema.ts'
import type { Classification, ClassifiedField } from './schema.ts'

/** Marks a field as personal: redacted where it is shown, erased with its subject. */
export function pii<Marked extends z.ZodType>(schema: Marked): Marked {
  return classify(schema, 'pii')
}

/** Marks a field as a secret: never shown, never logged. */
export function secret<Marked extends z.ZodType>(schema: Marked): Marked {
  return classify(schema, 'secret')
}

function classify<Marked extends z.ZodType>(schema: Marked, classification: Classification): Marked {
  const before = schema.meta()
  if (before?.['x-charter'] !== undefined) {
    throw new CharterError(
      'tool_invalid',
      `a field is classified once: it cannot be made \`${classification}\` as well`,
      {
        hint: 'money is never personal by itself: classify the field that says whose it is',
      },
    )
  }
  return schema.meta({ ...before, 'x-charter': { classification } })
}

/** Every classified place of the schemas, each once. Throws `tool_invalid` for one inside a schema that contains itself. */
export function classifiedFields(...schemas: readonly JsonObject[]): readonly ClassifiedField[] {
  const found = new Map<string, ClassifiedField>()
  for (const root of schemas) collect(root, [], { root, within: [], found })
  return [...found.values()]
}

interface Walk {
  readonly root: JsonObject
  /** References that are being followed. */
  readonly within: readonly string[]
  readonly found: Map<string, ClassifiedField>
}

function collect(node: Json | undefined, path: readonly string[], walk: Walk): void {
  if (!isObject(node)) return
  const field = fieldAt(node, path)
  if (field !== undefined && !walk.found.has(path.join('\0'))) walk.found.set(path.join('\0'), field)
  if (typeof node.$ref === 'string') follow(node.$ref, path, walk)
  for (const part of [...alternativesOf(node), ...listOf(node.allOf)]) collect(part, path, walk)
  for (const [name, member] of membersOf(node.properties)) collect(member, [...path, name], walk)
  for (const item of [node.items, ...listOf(node.prefixItems)]) collect(item, [...path, '*'], walk)
  for (const [, member] of membersOf(node.patternProperties)) collect(member, [...path, '*'], walk)
  collect(node.additionalProperties, [...path, '*'], walk)
}

/** A schema that contains itself has no end of places, so none in it may need care. */
function follow(reference: string, path: readonly string[], walk: Walk): void {
  const target = resolve(walk.root, reference)
  if (!walk.within.includes(reference)) {
    collect(target, path, { ...walk, within: [...walk.within, reference] })
    return
  }
  if (!holdsClassified(target, walk.root, new Set())) return
  throw new CharterError(
    'tool_invalid',
    `a classified field stands in a schema that contains itself, at \`${path.join('.')}\``,
    {
      hint: 'write the levels out, or leave the classified field outside',
    },
  )
}

function holdsClassified(node: Json | undefined, root: JsonObject, seen: Set<Json>): boolean {
  if (typeof node !== 'object' || node === null || seen.has(node)) return false
  seen.add(node)
  if (Array.isArray(node)) return node.some((item) => holdsClassified(item, root, seen))
  if (!isObject(node)) return false
  if (fieldAt(node, []) !== undefined) return true
  const target = node.$ref === undefined ? undefined : resolve(root, node.$ref)
  return [target, ...Object.values(node)].some((part) => holdsClassified(part, root, seen))
}

const mark = z.object({
  classification: z.enum(['pii', 'secret', 'money']),
  currency: z.string().optional(),
  max_minor: z.int().optional(),
})

function fieldAt(node: JsonObject, path: readonly string[]): ClassifiedField | undefined {
  const written = node['x-charter']
  if (written === undefined) return undefined
  const { data, success } = mark.safeParse(written)
  if (!success) {
    throw new CharterError(
      'tool_invalid',
      `\`x-charter\` at \`${path.join('.')}\` is not \`{ classification: pii | secret | money }\``,
    )
  }
  const { classification, currency, max_minor: maxMinor } = data
  return {
    path,
    classification,
    ...(currency !== undefined && { currency }),
    ...(maxMinor !== undefined && { maxMinor }),
  }
}
