import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
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

const vectors = path.resolve(import.meta.dirname, '../../../shared/data/standards/jcs/testdata')

test('the vectors of RFC 8785 come out as published', {
  skip: existsSync(vectors) ? false : `the vectors are not at ${vectors}`,
}, () => {
  const names = readdirSync(path.join(vectors, 'input'))
  assert.ok(names.length > 0)
  for (const name of names) {
    const [input, output] = ['input', 'output'].map((side) => readFileSync(path.join(vectors, side, name), 'utf8'))
    assert.equal(canonicalJson(JSON.parse(input ?? '')), output?.trimEnd(), name)
  }
})
