import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkParseSchema } from '@cedar-policy/cedar-wasm/nodejs'
import { z } from 'zod'
import type { Json, JsonObject } from '../json.ts'
import { cedarSchema, printSchema } from './cedar-schema.ts'
import { firstLeftOut, recordOfSchema } from './cedar-type.ts'

/** What a property of a tool's schema becomes: the kind of its type, or why it has none. */
function seen(property: Json, definitions: JsonObject = {}): string {
  const schema = { type: 'object', properties: { it: property }, additionalProperties: false, $defs: definitions }
  const record = recordOfSchema(schema)
  return record.attributes.get('it')?.type.kind ?? record.leftOut.get('it') ?? 'nothing'
}

const typed: Record<string, [Json, string]> = {
  text: [{ type: 'string' }, 'String'],
  'an enumeration of words': [{ enum: ['a', 'b'] }, 'String'],
  'a whole number': [{ type: 'integer', minimum: 0 }, 'Long'],
  'a constant number': [{ const: 3 }, 'Long'],
  'a truth value': [{ type: 'boolean' }, 'Boolean'],
  'a list of text': [{ type: 'array', items: { type: 'string' } }, 'Set'],
  'a record': [{ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }, 'Record'],
  'a choice of literals of one kind': [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, 'String'],
  'a reference': [{ $ref: '#/$defs/word' }, 'String'],
}

for (const [what, [schema, kind]] of Object.entries(typed)) {
  test(`${what} is a ${kind} to a policy`, () => {
    assert.equal(seen(schema, { word: { type: 'string' } }), kind)
  })
}

const untyped: Record<string, [Json, string]> = {
  'a number with fractions': [{ type: 'number' }, 'a number with fractions'],
  'a value that may be null': [{ type: ['string', 'null'] }, 'a value or null'],
  'null in a choice': [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'a value or null'],
  'a choice between kinds': [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, 'one of several shapes'],
  'a choice between records': [
    {
      oneOf: [
        { type: 'object', properties: {}, additionalProperties: false },
        { type: 'object', properties: {}, additionalProperties: false },
      ],
    },
    'one of several shapes',
  ],
  'a map': [{ type: 'object', additionalProperties: { type: 'string' } }, 'a record with free keys'],
  'a tuple': [{ type: 'array', prefixItems: [{ type: 'string' }] }, 'a list whose places differ'],
  'a list of fractions': [{ type: 'array', items: { type: 'number' } }, 'a list of what is a number with fractions'],
  'anything at all': [{}, 'of any shape'],
  'a shape that holds itself': [{ $ref: '#/$defs/loop' }, 'a list of what is a shape that holds itself'],
  'an intersection': [{ allOf: [{ type: 'string' }] }, 'of a shape that only its schema can tell'],
}

for (const [what, [schema, reason]] of Object.entries(untyped)) {
  test(`${what} is left out of what a policy sees, and the reason is kept`, () => {
    const loop = { type: 'array', items: { $ref: '#/$defs/loop' } }
    assert.equal(seen(schema, { loop }), reason)
  })
}

test('P1 a name that Cedar would read as an entity is left out', () => {
  const schema = { type: 'object', properties: { __entity: { type: 'string' } }, additionalProperties: false }
  const record = recordOfSchema(schema)
  assert.deepEqual([...record.attributes.keys()], [])
  assert.equal(record.leftOut.get('__entity'), 'a name that Cedar keeps for itself')
})

test('what is missing deep inside a value is found by its path', () => {
  const inner = { type: 'object', properties: { lat: { type: 'number' } }, additionalProperties: false }
  const schema = {
    type: 'object',
    properties: { places: { type: 'array', items: inner } },
    additionalProperties: false,
  }
  assert.deepEqual(firstLeftOut(recordOfSchema(schema), []), {
    path: ['places', 'lat'],
    reason: 'a number with fractions',
  })
})

test('the schema of a real zod object is one that Cedar accepts and prints', () => {
  const shape = z.strictObject({ 'odd name': z.string(), count: z.int().optional(), tags: z.array(z.enum(['a', 'b'])) })
  const { type, properties, required, additionalProperties } = z.toJSONSchema(shape, { io: 'output' })
  assert.equal(type, 'object')
  const record = recordOfSchema(JSON.parse(JSON.stringify({ type, properties, required, additionalProperties })))
  const schema = cedarSchema(new Map([['act', record]]))
  assert.equal(checkParseSchema(schema).type, 'success')
  assert.match(printSchema(schema), /count\?: __cedar::Long/)
  assert.match(printSchema(schema), /"odd name": __cedar::String/)
})
