import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from './canonical-json.ts'
import type { Json } from './json.ts'

const vectors = path.resolve(import.meta.dirname, '../../shared/data/standards/jcs/testdata')
const skip = existsSync(vectors) ? false : 'the RFC 8785 vectors (../shared/data/standards/jcs) are not here'

test('every vector of RFC 8785 comes out as the standard writes it, byte for byte', { skip }, () => {
  const names = readdirSync(path.join(vectors, 'input'))
  assert.equal(names.length, 6)
  for (const name of names) {
    const text = canonicalJson(JSON.parse(readFileSync(path.join(vectors, 'input', name), 'utf8')))
    const hex = readFileSync(path.join(vectors, 'outhex', name.replace('.json', '.txt')), 'utf8').replace(/\s+/g, '')
    assert.equal(text, readFileSync(path.join(vectors, 'output', name), 'utf8'), name)
    assert.equal(Buffer.from(text).toString('hex'), hex, name)
  }
})

test('numbers are written as RFC 8785 writes them', () => {
  const numbers: [number, string][] = [
    [-0, '0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [0.000001, '0.000001'],
    [5e-324, '5e-324'],
    [9007199254740994, '9007199254740994'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
  ]
  for (const [number, text] of numbers) assert.equal(canonicalJson(number), text)
})

test('any JSON comes back the same, and the order of its members does not matter', () => {
  const shuffled = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(shuffled)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, member]) => [name, shuffled(member)]),
    )
  }
  const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)))
  fc.assert(
    fc.property(json, (value) => {
      assert.deepEqual(JSON.parse(canonicalJson(value)), value)
      assert.equal(canonicalJson(shuffled(value)), canonicalJson(value))
    }),
  )
})

test('every character is written as JSON.stringify writes it, as a name and as a value', () => {
  for (let unit = 0; unit < 0x300; unit++) {
    const text = `a${String.fromCharCode(unit)}b`
    assert.equal(canonicalJson({ [text]: text }), JSON.stringify({ [text]: text }))
  }
})

test('members stand in the order of their UTF-16 code units, however many there are', () => {
  for (const count of [2, 23, 24, 25, 200]) {
    const names = Array.from({ length: count }, (_, place) =>
      `${(place * 7919) % count}\ufb33`.slice(0, 1 + (place % 3)),
    )
    const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))
    assert.equal(
      text,
      `{${[...new Set(names)]
        .sort()
        .map((name) => `${JSON.stringify(name)}:0`)
        .join(',')}}`,
    )
  }
})

test('what is not plain JSON is refused, and the message names the member', () => {
  // The compiler would refuse these; values from outside do not ask it.
  const outside = (value: unknown) => value as Json
  const refused: [unknown, RegExp][] = [
    [{ amount: Number.NaN }, /`amount` is NaN/],
    [[1, Number.POSITIVE_INFINITY], /is Infinity/],
    [{ note: 'half \ud83d' }, /`note` holds half of a surrogate pair/],
    [{ '\udc00': 1 }, /half of a surrogate pair/],
    [{ body: undefined }, /`body` is undefined/],
    [undefined, /the value is undefined/],
    [new Array(2), /is undefined/],
    [{ at: new Date(0) }, /`at` is a Date/],
    [{ rows: new Map() }, /`rows` is a Map/],
    [{ key: new Uint8Array(1) }, /`key` is a Uint8Array/],
    [{ n: 1n }, /`n` is a bigint/],
    [{ toJSON: () => 1 }, /`toJSON` is a function/],
  ]
  for (const [value, message] of refused) {
    assert.throws(() => canonicalJson(outside(value)), { code: 'internal', message })
  }
})
