/** The Cedar schema that policies are validated against: one action a tool, with the facts of a request as its context. */

import type { SchemaJson, Type, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs'
import { schemaToText } from '@cedar-policy/cedar-wasm/nodejs'
import { CharterError } from '../errors.ts'
import type { Schema } from '../tools/schema.ts'
import type { Attribute, CedarType, RecordType } from './cedar-type.ts'
import { recordOfSchema, recordType, required } from './cedar-type.ts'

export interface ToolShape {
  readonly input: Pick<Schema, 'outputJsonSchema'>
  readonly factsSchema: Pick<Schema, 'outputJsonSchema'> | undefined
}

/** The context of one tool's requests: `PolicyContext` of `request.ts`, with the tool's own arguments and facts. */
export function contextType(tool: ToolShape, groups: Iterable<string>, limits: Iterable<string>): RecordType {
  const long = required({ kind: 'Long' })
  const truth = required({ kind: 'Boolean' })
  const text = required({ kind: 'String' })
  return recordType([
    ['args', required(recordOfSchema(tool.input.outputJsonSchema))],
    ['facts', required(recordOfSchema(tool.factsSchema?.outputJsonSchema))],
    ['approvals', required(recordType(named(groups, { ...long, absent: 0 })))],
    ['stage', text],
    ['fields', required({ kind: 'Set', element: { kind: 'String' } })],
    ['citations', long],
    ['intent', truth],
    ['limits', required(recordType(named(limits, long)))],
    ['once', long],
    ['granted', truth],
    ['dryRun', truth],
    ['requester', text],
  ])
}

const named = (names: Iterable<string>, attribute: Attribute): [string, Attribute][] =>
  Array.from(names, (name) => [name, attribute])

/** Of all tools of a page, so that a rule may speak of several. */
export function cedarSchema(contexts: ReadonlyMap<string, RecordType>): SchemaJson<string> {
  const actions = Array.from(contexts, ([tool, context]) => {
    const appliesTo = { principalTypes: ['Agent'], resourceTypes: ['Subject'], context: toCedar(context) }
    return [tool, { appliesTo }] as const
  })
  return {
    '': { entityTypes: { Agent: {}, Subject: { shape: toCedar(subjectType) } }, actions: Object.fromEntries(actions) },
  }
}

/** What a policy can ask of `resource`; both are empty for a tool that names no subject. */
export const subjectType: RecordType = recordType([
  ['kind', required({ kind: 'String' })],
  ['id', required({ kind: 'String' })],
])

function toCedar(type: CedarType): Type<string> {
  switch (type.kind) {
    case 'Set':
      return { type: 'Set', element: toCedar(type.element) }
    case 'Record':
      return { type: 'Record', attributes: Object.fromEntries(Array.from(type.attributes, toAttribute)) }
    default:
      return { type: type.kind }
  }
}

const toAttribute = ([name, attribute]: [string, Attribute]): [string, TypeOfAttribute<string>] => [
  name,
  { ...toCedar(attribute.type), required: attribute.required },
]

/** In Cedar's own notation, for people. */
export function printSchema(schema: SchemaJson<string>): string {
  const answer = schemaToText(schema)
  if (answer.type === 'failure') {
    throw new CharterError(
      'internal',
      `the schema cannot be printed: ${answer.errors.map(({ message }) => message).join('; ')}`,
    )
  }
  return answer.text
}
