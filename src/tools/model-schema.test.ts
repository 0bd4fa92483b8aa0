import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { JsonObject } from '../json.ts'
import { pii } from './classification.ts'
import { defineTool } from './define-tool.ts'
import { modelSchema } from './model-schema.ts'

const Part = z.object({
  name: pii(z.string()),
})
const Tree = z.object({
  size: z.number(),
  get parts() {
    return z.array(Tree)
  },
})

const tool = (kind: 'read' | 'write', inputSchema: z.ZodObject) => {
  const basics = { name: 'act', description: 'Acts.', inputSchema, outputSchema: z.object({}), execute: () => ({}) }
  return kind === 'read' ? defineTool({ ...basics, kind }) : defineTool({ ...basics, kind, atMostOnce: true })
}

const required = (schema: JsonObject) => schema.required
const names = (schema: JsonObject) => Object.keys(Object(schema.properties))

test('D10 a model may ask of any write what it would do, and of no read', () => {
  assert.deepEqual(names(modelSchema(tool('write', Part), { requireIntent: false })), ['name', 'intent', 'dry_run'])
  assert.deepEqual(names(modelSchema(tool('read', Part), { requireIntent: false })), ['name', 'intent'])
})

test('the intent is required where the page requires it', () => {
  assert.deepEqual(required(modelSchema(tool('write', Part), { requireIntent: true })), ['name', 'intent'])
  assert.deepEqual(required(modelSchema(tool('write', Part), { requireIntent: false })), ['name'])
  assert.equal(required(modelSchema(tool('read', z.object({})), { requireIntent: false })), undefined)
})

test('a model is shown closed objects and no classification', () => {
  const text = JSON.stringify(modelSchema(tool('write', z.object({ part: Part })), { requireIntent: true }))
  assert.doesNotMatch(text, /x-charter/)
  assert.equal(text.match(/"properties"/g)?.length, text.match(/"additionalProperties":false/g)?.length)
})

test('an input that contains itself does not contain the reserved properties again', () => {
  const schema = modelSchema(tool('write', Tree), { requireIntent: true })
  assert.doesNotMatch(JSON.stringify(schema), /"\$ref":"#"/)
  const { input } = Object(schema.$defs)
  assert.deepEqual(names(input), ['size', 'parts'])
  assert.deepEqual(input.properties.parts.items, { $ref: '#/$defs/input' })
})
