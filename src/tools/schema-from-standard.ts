/** Makes the runtime's `Schema` from any Standard Schema that can say itself as JSON Schema, such as zod's. */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { CharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { classifiedFields } from './classification.ts'
import { closeJsonSchema } from './close-json-schema.ts'
import { droppedKeys } from './dropped-keys.ts'
import { errorMessage } from './error-message.ts'
import { isObject } from './json-schema.ts'
import { plainJson } from './plain-json.ts'
import { pathText } from './problem-path.ts'
import type { Problem, Schema, Validation } from './schema.ts'
import { unlistedKeys, unlistedProblem, withoutKeys } from './unlisted-keys.ts'

export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardSchemaV1.Props<Input, Output> & StandardJSONSchemaV1.Props<Input, Output>
}

/**
 * `refuse` for what a model writes: a key that the schema does not list is a problem, at every depth. `drop` for what a
 * system of record answers, which may grow fields: what the schema does not list is left out.
 */
export type UnknownKeys = 'refuse' | 'drop'

/** A model learns nothing from the hundredth problem. */
const problemsTold = 20

/** Throws `tool_invalid` for a schema that has no JSON Schema, or one that cannot be closed. */
export function schemaFromStandard<Output>(
  standard: StandardSchema<unknown, Output>,
  unknownKeys: UnknownKeys,
): Schema<Output> {
  const open = unknownKeys === 'refuse' ? 'close' : 'keep'
  const jsonSchema = closeJsonSchema(said(standard, 'input'), open)
  const outputJsonSchema = closeJsonSchema(said(standard, 'output'), open)
  return {
    jsonSchema,
    outputJsonSchema,
    classified: classifiedFields(jsonSchema, outputJsonSchema),
    validate: (value) =>
      withoutThrowing(async () => {
        if (unknownKeys === 'drop') return dropUnlisted(await ask(standard, value), outputJsonSchema)
        const unlisted = unlistedKeys(jsonSchema, value)
        // The rest is looked at as well, so that a model can mend everything at once.
        const listed = withoutKeys(value, unlisted)
        const answer = await ask(standard, listed)
        const dropped = answer.ok ? droppedKeys(outputJsonSchema, listed, answer.value) : []
        return refuse([...unlisted.map(unlistedProblem), ...dropped], answer)
      }),
  }
}

function said(standard: StandardSchema, side: 'input' | 'output'): JsonObject {
  let schema: Record<string, unknown>
  try {
    schema = standard['~standard'].jsonSchema[side]({ target: 'draft-2020-12' })
  } catch (error) {
    throw new CharterError(
      'tool_invalid',
      `the ${side} side of a schema cannot be said as JSON Schema: ${errorMessage(error)}`,
      {
        hint:
          side === 'output'
            ? 'pipe a transform into a schema that says what comes out'
            : 'use what JSON has: text, numbers, lists, objects',
        cause: error,
      },
    )
  }
  const { $schema: _, ...json } = jsonObject(schema)
  return json
}

function jsonObject(schema: Record<string, unknown>): JsonObject {
  const plain = plainJson(schema)
  if (plain.ok && isObject(plain.value)) return plain.value
  throw new CharterError('tool_invalid', 'a schema said itself as something that is not JSON')
}

async function withoutThrowing<Output>(validate: () => Promise<Validation<Output>>): Promise<Validation<Output>> {
  try {
    return await validate()
  } catch (error) {
    return { ok: false, problems: [{ path: '', message: `the schema itself failed: ${errorMessage(error)}` }] }
  }
}

async function ask<Output>(standard: StandardSchema<unknown, Output>, value: Json): Promise<Validation<Output>> {
  const result = await standard['~standard'].validate(value)
  if (result.issues === undefined) return { ok: true, value: result.value }
  return { ok: false, problems: result.issues.map(problemOf) }
}

function problemOf({ path, message }: StandardSchemaV1.Issue): Problem {
  const keys = (path ?? []).map((part) => (typeof part === 'object' ? part.key : part))
  return { path: pathText(keys.map((key) => (typeof key === 'symbol' ? String(key) : key))), message }
}

function refuse<Output>(unknown: readonly Problem[], rest: Validation<Output>): Validation<Output> {
  if (rest.ok && unknown.length === 0) return rest
  const problems = rest.ok ? unknown : [...unknown, ...rest.problems]
  if (problems.length <= problemsTold) return { ok: false, problems }
  const more = { path: '', message: `and ${problems.length - problemsTold} more` }
  return { ok: false, problems: [...problems.slice(0, problemsTold), more] }
}

function dropUnlisted<Output>(answer: Validation<Output>, schema: JsonObject): Validation<Output> {
  if (!answer.ok) return refuse([], answer)
  return { ok: true, value: withoutKeys(answer.value, unlistedKeys(schema, answer.value)) }
}
