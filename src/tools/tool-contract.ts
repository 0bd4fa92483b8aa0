/**
 * A tool without its code: everything about it that is data. A page compiles with contracts as it does with the tools
 * themselves, so that a run can be replayed where the project that had them is gone.
 */
import { CharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { ClassifiedField, Schema, Validation } from './schema.ts'
import type { Tool } from './tool.ts'

interface SchemaContract {
  readonly jsonSchema: JsonObject
  readonly outputJsonSchema: JsonObject
  readonly classified: readonly ClassifiedField[]
}

const codes = ['subjects', 'facts', 'check', 'preview', 'verify', 'undo', 'documents'] as const
const schemas = ['input', 'output', 'factsSchema', 'previewSchema'] as const
type SchemaName = (typeof schemas)[number]

type Data = Omit<Tool, SchemaName | (typeof codes)[number] | 'execute'>

export interface ToolContract extends Data {
  readonly schemas: { readonly [Name in SchemaName]?: SchemaContract }
  /** Which of its functions it has. */
  readonly has: readonly (typeof codes)[number][]
}

export function contractOf(tool: Tool): ToolContract {
  const { input, output, factsSchema, previewSchema, ...rest } = tool
  const data = Object.fromEntries(Object.entries(rest).filter(([, value]) => typeof value !== 'function'))
  const said = Object.entries({ input, output, factsSchema, previewSchema }).flatMap(([name, schema]) =>
    schema ? [[name, schemaContract(schema)] as const] : [],
  )
  const contract = { ...data, schemas: Object.fromEntries(said), has: codes.filter((code) => tool[code] !== undefined) }
  return JSON.parse(JSON.stringify(contract))
}

const schemaContract = ({ jsonSchema, outputJsonSchema, classified }: Schema): SchemaContract => ({
  jsonSchema,
  outputJsonSchema,
  classified,
})

/** What a tool without code answers where its code would be asked. */
export interface AsRecorded {
  validate(tool: string, value: Json): Validation<unknown>
  check(tool: string, input: unknown, facts: unknown): true | string
  documents(tool: string, output: unknown): readonly { id: string }[]
}

/** A tool that can be judged and replayed, and never called. */
export function toolOfContract(contract: ToolContract, recorded: AsRecorded): Tool {
  const { schemas: said, has, ...data } = contract
  const { name } = contract
  const schema = (of: SchemaName): Schema | undefined =>
    said[of] && { ...said[of], validate: async (value) => recorded.validate(name, value) }
  const code: Partial<Pick<Tool, (typeof codes)[number]>> = {
    subjects: noCode,
    facts: noCode,
    check: (input, facts) => recorded.check(name, input, facts),
    preview: noCode,
    verify: noCode,
    undo: noCode,
    documents: (output) => recorded.documents(name, output),
  }
  const kept = Object.fromEntries(Object.entries(code).filter(([which]) => has.some((one) => one === which)))
  return {
    ...absent,
    ...data,
    ...kept,
    input: schema('input') ?? noCode(),
    output: schema('output') ?? noCode(),
    factsSchema: schema('factsSchema'),
    previewSchema: schema('previewSchema'),
    execute: noCode,
  }
}

/** JSON has no `undefined`. */
const absent = { idempotency: undefined, rate: undefined, once: undefined, fallback: undefined } as const

function noCode(): never {
  throw new CharterError('internal', 'a contract of a tool was asked for what only its code can do')
}
