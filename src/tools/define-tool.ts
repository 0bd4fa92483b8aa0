/** Makes a `Tool` of what was written, and refuses with `tool_invalid` what could not be kept. */
import { CharterError, isCharterError } from '../errors.ts'
import { checkDefinition, checkInput } from './check-definition.ts'
import type { Schema } from './schema.ts'
import { type StandardSchema, schemaFromStandard, type UnknownKeys } from './schema-from-standard.ts'
import type { Tool } from './tool.ts'
import type { AnyToolDefinition, Given, GivenOrNothing, ToolDefinition } from './tool-definition.ts'
import { readTimes } from './tool-times.ts'

const defaultMaxOutputBytes = 1_000_000

export function defineTool<
  I extends StandardSchema,
  O extends StandardSchema,
  F extends StandardSchema = never,
  P extends StandardSchema = never,
>(definition: ToolDefinition<I, O, F, P>): Tool<Given<I>, Given<O>, GivenOrNothing<F>>
export function defineTool(definition: AnyToolDefinition): Tool {
  checkDefinition(definition)
  const input = schemaOf(definition, 'inputSchema', definition.inputSchema, 'refuse')
  checkInput(definition.name, input)
  return Object.freeze({
    ...identity(definition),
    ...readTimes(definition),
    ...hooks(definition),
    input,
    output: schemaOf(definition, 'outputSchema', definition.outputSchema, 'drop'),
    factsSchema: schemaOf(definition, 'factsSchema', definition.factsSchema, 'drop'),
    previewSchema: schemaOf(definition, 'previewSchema', definition.previewSchema, 'drop'),
  })
}

function identity(definition: AnyToolDefinition) {
  const { name, description, kind, version = '1', egress = false, fallback, conflictsWith = [] } = definition
  const { maxOutputBytes = defaultMaxOutputBytes, risk = usualRisk(definition) } = definition
  return { name, description, version, kind, risk, egress, fallback, conflictsWith, maxOutputBytes }
}

function usualRisk({ kind, undo }: AnyToolDefinition) {
  if (kind === 'read') return 'low'
  return undo === undefined ? 'high' : 'medium'
}

function hooks({ subjects, facts, check, preview, execute, verify, undo, documents }: AnyToolDefinition) {
  return {
    execute,
    ...(subjects && { subjects }),
    ...(facts && { facts }),
    ...(check && { check }),
    ...(preview && { preview }),
    ...(verify && { verify }),
    ...(undo && { undo }),
    ...(documents && { documents }),
  }
}

type SchemaName = 'inputSchema' | 'outputSchema' | 'factsSchema' | 'previewSchema'

function schemaOf(tool: AnyToolDefinition, param: SchemaName, schema: StandardSchema, unknownKeys: UnknownKeys): Schema
function schemaOf(
  tool: AnyToolDefinition,
  param: SchemaName,
  schema: StandardSchema | undefined,
  unknownKeys: UnknownKeys,
): Schema | undefined
function schemaOf(
  { name }: AnyToolDefinition,
  param: SchemaName,
  schema: StandardSchema | undefined,
  unknownKeys: UnknownKeys,
): Schema | undefined {
  if (schema === undefined) return undefined
  try {
    return schemaFromStandard(schema, unknownKeys)
  } catch (error) {
    if (!isCharterError(error)) throw error
    throw new CharterError('tool_invalid', `tool \`${name}\`, \`${param}\`: ${error.message}`, {
      hint: error.hint,
      param: error.param === undefined ? param : `${param}.${error.param}`,
      cause: error,
    })
  }
}
