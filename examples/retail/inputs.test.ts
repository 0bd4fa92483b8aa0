import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import * as z from 'zod'
import { dataFolder, skip } from './data-folder.ts'
import { inputs } from './inputs.ts'
import { isOperationName, operations } from './operations.ts'

interface StoredTool {
  name: string
  effect: string
  parameters: object
}

test('the schemas say what the benchmark’s own say, word for word, and are closed', { skip }, () => {
  const stored: StoredTool[] = JSON.parse(readFileSync(path.join(dataFolder, 'tools.json'), 'utf8'))
  assert.deepEqual(stored.map(({ name }) => name).sort(), Object.keys(inputs).sort())
  for (const { name, effect, parameters } of stored) {
    assert.ok(isOperationName(name))
    const { $schema: _, required = [], ...ours } = z.toJSONSchema(inputs[name], { io: 'input' })
    assert.deepEqual({ ...ours, required }, { ...parameters, additionalProperties: false }, name)
    assert.equal(operations[name].effect, effect, name)
  }
})
