import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainJson } from './plain-json.ts'

const problems = (value: unknown) => {
  const plain = plainJson(value)
  return plain.ok ? [] : plain.problems.map(({ path, message }) => `${path}: ${message}`)
}

test('an answer is taken as JSON.stringify would write it', () => {
  const answer = {
    at: new Date(0),
    gone: undefined,
    list: [1, undefined],
    own: Object.create(null),
    money: { minor: 1 },
  }
  assert.deepEqual(plainJson(answer), { ok: true, value: JSON.parse(JSON.stringify(answer)) })
})

test('a tool that answers nothing answers null', () => {
  assert.deepEqual(plainJson(undefined), { ok: true, value: null })
})

test('what JSON cannot hold is a problem with its place, never null', () => {
  const answer = { a: [Number.NaN], b: 1n, c: { d: () => 1 }, e: Symbol('x'), f: 'half \ud800' }
  assert.deepEqual(problems(answer), [
    'a[0]: `NaN` is not a number that JSON can hold',
    'b: a bigint is not JSON',
    'c.d: a function is not JSON',
    'e: a symbol is not JSON',
    'f: holds half of a surrogate pair',
  ])
})

test('an object that contains itself is a problem, at once', () => {
  const response: Record<string, unknown> = {}
  for (const name of ['request', 'socket', 'agent']) response[name] = { response }
  assert.equal(problems(response)[0], 'request.response: contains itself')
})

test('an object that stands in two places is no problem', () => {
  const shared = { n: 1 }
  assert.deepEqual(plainJson([shared, shared]), { ok: true, value: [{ n: 1 }, { n: 1 }] })
})

test('an object that throws when it is read is a problem', () => {
  const angry = {
    get a(): never {
      throw Object.create(null)
    },
  }
  assert.deepEqual(problems({ x: angry }), ['x: cannot be read: something was thrown that says nothing'])
})

test('an answer deeper than 64 is a problem', () => {
  let value: unknown = 1
  for (let depth = 0; depth < 10_000; depth++) value = [value]
  assert.match(problems(value)[0] ?? '', /is nested deeper than 64/)
})

test('a member called __proto__ stays a member', () => {
  const plain = plainJson(JSON.parse('{"__proto__":{"admin":true}}'))
  assert.ok(plain.ok)
  assert.equal(JSON.stringify(plain.value), '{"__proto__":{"admin":true}}')
})

test('JSON is JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const plain = plainJson(value)
      if (plain.ok) assert.equal(JSON.stringify(plain.value), JSON.stringify(value))
      else assert.match(JSON.stringify(value), /\\ud/)
    }),
  )
})
