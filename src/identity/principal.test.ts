import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePrincipal, readPrincipal } from './principal.ts'

test('a person is named by address, in lower case however it was written', () => {
  assert.deepEqual(readPrincipal('Ada@Acme.example'), { kind: 'person', name: 'ada@acme.example' })
})

test('what is no person says what it is', () => {
  assert.deepEqual(readPrincipal('agent:billing-resolution'), { kind: 'agent', name: 'agent:billing-resolution' })
  assert.deepEqual(readPrincipal('service:ci'), { kind: 'service', name: 'service:ci' })
  assert.deepEqual(readPrincipal('engine:eng_01'), { kind: 'engine', name: 'engine:eng_01' })
})

test('anything else names nobody, and the refusal says how to write one', () => {
  for (const text of [
    '',
    'ada',
    'ada@',
    '@acme',
    'a b@acme.example',
    'ada@acme@example',
    'robot:x',
    'agent:',
    'agent:a b',
    'agent:x@y',
  ]) {
    assert.equal(readPrincipal(text), undefined, text)
  }
  assert.throws(() => parsePrincipal('ada', 'as'), { code: 'usage', param: 'as', message: '`ada` names no principal' })
  assert.equal(parsePrincipal('Ada@acme.example', 'as').name, 'ada@acme.example')
})
