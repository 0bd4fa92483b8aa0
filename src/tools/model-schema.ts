/** The JSON Schema that a model sees for a tool: its input, and beside it what the runtime reserves. */
import type { Json, JsonObject } from '../json.ts'
import { intentSchema } from './intent.ts'
import { isObject, listOf } from './json-schema.ts'
import type { Tool } from './tool.ts'

export interface ModelSchemaOptions {
  /** The page requires the intent of this tool. Otherwise it may be stated. */
  requireIntent: boolean
}

const dryRun = {
  type: 'boolean',
  description: 'Set to true to learn what the call would do, without doing it.',
}

export function modelSchema(tool: Pick<Tool, 'kind' | 'input'>, { requireIntent }: ModelSchemaOptions): JsonObject {
  const input = withoutMarks(apart(tool.input.jsonSchema))
  const properties = isObject(input.properties) ? input.properties : {}
  const required = [...listOf(input.required), ...(requireIntent ? ['intent'] : [])]
  return {
    ...input,
    properties: {
      ...properties,
      intent: withoutMarks(intentSchema.jsonSchema),
      ...(tool.kind === 'write' && { dry_run: dryRun }),
    },
    ...(required.length > 0 && { required }),
  }
}

/** An input that contains itself must not contain the reserved properties again. */
function apart(schema: JsonObject): JsonObject {
  if (!JSON.stringify(schema).includes('"$ref":"#"')) return schema
  const { $defs, ...own } = schema
  const input = pointedAt(own)
  const inner = isObject($defs) ? pointedAt($defs) : {}
  return { ...input, $defs: { ...inner, input } }
}

function pointedAt(schema: JsonObject): JsonObject {
  return mapObjects(schema, (node) => (node.$ref === '#' ? { ...node, $ref: '#/$defs/input' } : node))
}

/** How a field is classified is the runtime's business, and would cost tokens. */
function withoutMarks(schema: JsonObject): JsonObject {
  return mapObjects(schema, ({ 'x-charter': _, ...rest }) => rest)
}

function mapObjects(node: JsonObject, change: (node: JsonObject) => JsonObject): JsonObject {
  const mapped = Object.entries(node).map(([word, value]): [string, Json] => [word, mapAll(value, change)])
  return change(Object.fromEntries(mapped))
}

function mapAll(value: Json, change: (node: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((item: Json) => mapAll(item, change))
  return isObject(value) ? mapObjects(value, change) : value
}
