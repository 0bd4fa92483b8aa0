import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formsOf, piecesOf } from './forms.ts'
import { Search } from './search.ts'

const secrets = ['q7v3k9w2m5x8r4t6', 'h1j6n0b4c8f2g5d9'].map((text) => Buffer.from(text))
const [first = Buffer.alloc(0)] = secrets
const search = new Search(piecesOf(secrets))
const around = (bytes: Buffer) => Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' behind')])

test('a secret is found as it is, in base64 at any alignment, in hex and in UTF-16', () => {
  const forms = [
    first,
    ...['', 'a', 'ab'].map((before) => Buffer.from(Buffer.from(`${before}${first}z`).toString('base64'))),
    Buffer.from(first.toString('hex')),
    Buffer.from(first.toString('hex').toUpperCase()),
    Buffer.from(first.toString('latin1'), 'utf16le'),
    Buffer.from(first.toString('latin1'), 'utf16le').swap16(),
  ]
  for (const form of forms) assert.deepEqual([...search.in(around(form))], [0], form.toString('latin1'))
})

test('eight consecutive bytes of it are enough, and seven are not', () => {
  assert.deepEqual([...search.in(around(first.subarray(5, 13)))], [0])
  assert.deepEqual([...search.in(around(first.subarray(5, 12)))], [])
})

test('every piece is long enough that chance does not make it', () => {
  for (const form of formsOf(first.subarray(0, 8))) assert.ok(form.length >= 8)
})
