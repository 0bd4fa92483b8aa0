import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from './canonical-json.ts'

test('members stand in the order of their UTF-16 code units, numbers in their shortest form', () => {
  assert.equal(
    canonicalJson({ b: [1.0, -0, 1e21], a: { '\u{1f600}': null, '\ufb33': true } }),
    '{"a":{"\u{1f600}":null,"\ufb33":true},"b":[1,0,1e+21]}',
  )
})

test('small numbers as keys are sorted as text', () => {
  assert.equal(canonicalJson({ '10': 'x', '9': 'y' }), '{"10":"x","9":"y"}')
})
