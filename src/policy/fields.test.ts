import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf } from './fields.ts'

test('the argument that names the record is no field of it, and every other one is', () => {
  const args = { customer: 'c_17', email: 'ada@acme.example', tags: ['c_17'], tier: 3 }
  assert.deepEqual(fieldsOf(args, { customer: 'c_17' }), ['email', 'tags', 'tier'])
  assert.deepEqual(fieldsOf(args, { customer: ['c_1', 'c_17'] }), ['email', 'tags', 'tier'])
  assert.deepEqual(fieldsOf(args, {}), ['customer', 'email', 'tags', 'tier'])
})
