import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import type { Json, JsonObject } from '../json.ts'
import { pii, secret } from './classification.ts'
import { money } from './money.ts'
import { type StandardSchema, schemaFromStandard } from './schema-from-standard.ts'

const refusing = <Output>(schema: StandardSchema<unknown, Output>) => schemaFromStandard(schema, 'refuse')

async function problems(schema: StandardSchema, value: Json): Promise<string[]> {
  const validated = await refusing(schema).validate(value)
  return validated.ok ? [] : validated.problems.map(({ path, message }) => `${path}: ${message}`)
}

test('a key that the schema does not list is refused where the library would strip it, and the nearest is named', async () => {
  const schema = z.object({ amount: z.number().optional(), to: z.object({ city: z.string() }) })
  assert.deepEqual(await problems(schema, { amuont: 1, to: { city: 'Bern', zip: '3000' } }), [
    'amuont: unknown key `amuont`, did you mean `amount`?',
    'to.zip: unknown key `zip`',
  ])
})

test('what else is wrong is said at the same time', async () => {
  const found = await problems(z.object({ a: z.string() }), { a: 1, b: 2 })
  assert.deepEqual(
    found.map((problem) => problem.split(':')[0]),
    ['b', 'a'],
  )
})

test('the names of every object are unlisted keys like any other', async () => {
  for (const key of ['constructor', 'toString', 'hasOwnProperty']) {
    assert.deepEqual(await problems(z.object({ a: z.string() }), { a: 'x', [key]: 1 }), [
      `${key}: unknown key \`${key}\``,
    ])
  }
})

test('a key of one alternative is no key of another', async () => {
  const schema = z.object({
    how: z.discriminatedUnion('by', [
      z.object({ by: z.literal('card'), note: z.string().optional() }),
      z.object({ by: z.literal('wire'), note: z.string().optional(), iban: z.string().optional() }),
    ]),
  })
  assert.deepEqual(await problems(schema, { how: { by: 'card', note: 'n', iban: 'x' } }), [
    'how.iban: unknown key `iban`',
  ])
  assert.deepEqual(await problems(schema, { how: { by: 'wire', note: 'n', iban: 'x' } }), [])
})

test('a listed key that the library drops, because an earlier alternative fits without it, is refused', async () => {
  const schema = z.object({
    to: z.array(z.union([z.object({ name: z.string() }), z.object({ name: z.string(), bcc: z.string() })])),
  })
  assert.deepEqual(await problems(schema, { to: [{ name: 'ada' }, { name: 'bo', bcc: 'eve' }] }), [
    'to[1].bcc: `bcc` does not go with the other keys',
  ])
})

test('a key that a transform takes away on purpose is no problem', async () => {
  const schema = z.object({
    who: z
      .object({ first: z.string(), last: z.string() })
      .transform(({ first, last }) => ({ name: `${first} ${last}` }))
      .pipe(z.object({ name: z.string() })),
  })
  assert.deepEqual(await problems(schema, { who: { first: 'Ada', last: 'L.' } }), [])
})

test('a record takes any name, and the objects in it are closed', async () => {
  const schema = z.object({ by: z.record(z.string(), z.object({ size: z.number() })) })
  assert.deepEqual(await problems(schema, { by: { any: { size: 1 } } }), [])
  assert.deepEqual(await problems(schema, { by: { any: { size: 1, colour: 2 } } }), [
    'by.any.colour: unknown key `colour`',
  ])
})

test('an object that is open in the library is closed for a model', async () => {
  assert.deepEqual(await problems(z.looseObject({ name: z.string() }), { name: 'x', size: 1 }), [
    'size: unknown key `size`',
  ])
})

test('a schema that contains itself is closed on every level', async () => {
  const Node = z.object({
    name: z.string(),
    get parts() {
      return z.array(Node).optional()
    },
  })
  const value = { name: 'a', parts: [{ name: 'b', parts: [{ name: 'c', size: 1 }] }] }
  assert.deepEqual(await problems(z.object({ tree: Node }), { tree: value }), [
    'tree.parts[0].parts[0].size: unknown key `size`',
  ])
})

test('alternatives within alternatives take time that is bearable', async () => {
  const Node = z.object({
    get next() {
      return z
        .union([z.object({ a: Node.optional() }), z.object({ a: Node.optional(), b: z.string().optional() })])
        .optional()
    },
  })
  let value: JsonObject = { zz: 1 }
  for (let depth = 0; depth < 25; depth++) value = { next: { a: value } }
  assert.equal((await problems(z.object({ n: Node.optional() }), { n: value })).length, 1)
})

/** A schema that strips what it does not know, a value that fits it, and the places of objects in the value. */
interface Sample {
  schema: z.ZodType
  value: Json
  places: readonly (readonly (string | number)[])[]
}

const samples: fc.Arbitrary<Sample> = fc.letrec<{ object: Sample; any: Sample }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant({ schema: z.string(), value: 'x', places: [] }),
    fc.constant({ schema: z.number(), value: 1, places: [] }),
    tie('object'),
    tie('any').map(({ schema, value, places }) => ({
      schema: z.array(schema),
      value: [value, value],
      places: places.flatMap((place) => [
        [0, ...place],
        [1, ...place],
      ]),
    })),
    tie('any').map(({ schema, value, places }) => ({ schema: schema.optional(), value, places })),
    tie('any').map(({ schema, value, places }) => ({ schema: schema.nullable(), value, places })),
    tie('any').map(({ schema, value, places }) => ({
      schema: z.record(z.string(), schema),
      value: { key: value },
      places: places.map((place) => ['key', ...place]),
    })),
    tie('object').map(({ schema, value, places }) => ({
      schema: z.union([z.object({ other: z.string() }), schema, z.number()]),
      value,
      places,
    })),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'toString'), tie('any'), { maxKeys: 3 }).map((members) => ({
    schema: z.object(Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema]))),
    value: Object.fromEntries(Object.entries(members).map(([name, { value }]) => [name, value])),
    places: [[], ...Object.entries(members).flatMap(([name, { places }]) => places.map((place) => [name, ...place]))],
  })),
})).object

function withKey(value: Json, [first, ...rest]: readonly (string | number)[]): Json {
  if (first === undefined) return { ...(value as JsonObject), zz_unlisted: 1 }
  if (Array.isArray(value)) return value.map((item, index) => (index === first ? withKey(item, rest) : item))
  const object = value as JsonObject
  return { ...object, [first]: withKey(object[first] ?? null, rest) }
}

test('a key added to any object at any depth of any value is refused, and nothing else is', async () => {
  const property = fc.asyncProperty(samples, fc.nat(), async ({ schema, value, places }, pick) => {
    assert.deepEqual(await problems(schema, value), [])
    const place = places[pick % places.length] ?? []
    const found = await problems(schema, withKey(value, place))
    assert.equal(found.length, 1, JSON.stringify({ value, place, found }))
    assert.match(found[0] ?? '', /unknown key `zz_unlisted`/)
  })
  await fc.assert(property, { numRuns: 200 })
})

test('a closed schema says so at every depth, on both sides', () => {
  const schema = refusing(
    z.object({ a: z.array(z.object({ b: z.looseObject({ c: z.string() }) })), r: z.record(z.string(), z.number()) }),
  )
  for (const side of [schema.jsonSchema, schema.outputJsonSchema]) {
    const text = JSON.stringify(side)
    assert.equal(text.match(/"properties"/g)?.length, 3)
    assert.equal(text.match(/"additionalProperties":false/g)?.length, 3)
    assert.match(text, /"additionalProperties":\{"type":"number"\}/)
  }
})

test('what a system of record answers may have grown: unlisted keys are dropped, whichever library it is', async () => {
  const keepsAll: StandardSchema<unknown, unknown> = {
    '~standard': {
      version: 1,
      vendor: 'keeps-all',
      validate: (value) => ({ value }),
      jsonSchema: {
        input: () => ({ type: 'object', properties: { a: { type: 'object', properties: { b: {} } } } }),
        output: () => ({ type: 'object', properties: { a: { type: 'object', properties: { b: {} } } } }),
      },
    },
  }
  const answer = { a: { b: { any: 1 }, secret: 1 }, more: 2 }
  for (const schema of [keepsAll, z.object({ a: z.object({ b: z.unknown() }) })]) {
    const validated = await schemaFromStandard<unknown>(schema, 'drop').validate(answer)
    assert.deepEqual(validated, { ok: true, value: { a: { b: { any: 1 } } } })
  }
  assert.deepEqual(answer, { a: { b: { any: 1 }, secret: 1 }, more: 2 }, 'the answer itself is left as it was')
})

test('validation never throws, whatever the schema does', async () => {
  const throwing = z.string().refine(() => {
    throw new Error('the rule fell over')
  })
  assert.deepEqual(await problems(z.object({ a: throwing }), { a: 'x' }), [
    ': the schema itself failed: the rule fell over',
  ])
})

test('a schema that answers later is waited for', async () => {
  const later = z.object({ a: z.string().refine(async (text) => text === 'yes', 'no such thing') })
  assert.deepEqual(await problems(later, { a: 'yes' }), [])
  assert.deepEqual(await problems(later, { a: 'no' }), ['a: no such thing'])
})

test('a model is told of twenty problems, and how many more there are', async () => {
  const found = await problems(z.object({ n: z.array(z.number()) }), { n: Array.from({ length: 30 }, () => 'x') })
  assert.equal(found.length, 21)
  assert.equal(found.at(-1), ': and 10 more')
})

test('what JSON Schema cannot say is refused when the tool is defined', () => {
  assert.throws(() => refusing(z.object({ at: z.date() })), { code: 'tool_invalid' })
  assert.throws(() => refusing(z.object({ n: z.string().transform(Number) })), {
    code: 'tool_invalid',
    hint: 'pipe a transform into a schema that says what comes out',
  })
})

test('an intersection that cannot be closed is refused, with its place', () => {
  const half = { type: 'object', properties: { a: { type: 'string' } } }
  const both: StandardSchema = {
    '~standard': {
      version: 1,
      vendor: 'intersects',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => ({ type: 'object', properties: { x: { allOf: [half, half] } } }), output: () => half },
    },
  }
  assert.throws(() => refusing(both), { code: 'tool_invalid', message: /uses `allOf` at `properties\.x`/ })
})

test('classified fields are found through every wrapper', () => {
  const email = pii(z.string()).min(3).describe('Where to write to.')
  const schema = refusing(
    z.object({
      email: email.optional(),
      marked: pii(z.string().optional()),
      none: pii(z.string()).nullable(),
      people: z.array(z.object({ name: pii(z.string()) })),
      tokens: z.record(z.string(), secret(z.string())),
      either: z.union([z.number(), secret(z.string())]),
      paid: money('eur', { max: '9' }).optional(),
      plain: z.string(),
    }),
  )
  assert.deepEqual(schema.classified, [
    { path: ['email'], classification: 'pii' },
    { path: ['marked'], classification: 'pii' },
    { path: ['none'], classification: 'pii' },
    { path: ['people', '*', 'name'], classification: 'pii' },
    { path: ['tokens', '*'], classification: 'secret' },
    { path: ['either'], classification: 'secret' },
    { path: ['paid'], classification: 'money', currency: 'eur', maxMinor: 900 },
  ])
})

test('a field is classified once: marking an amount as personal must not make it lose its currency', () => {
  assert.throws(() => pii(money('usd')), { code: 'tool_invalid' })
})

test('a classified field in a schema that contains itself is refused: it has no end of places', () => {
  const Person = z.object({
    name: pii(z.string()),
    get friends() {
      return z.array(Person)
    },
  })
  assert.throws(() => refusing(z.object({ who: Person })), { code: 'tool_invalid' })
  assert.throws(() => refusing(Person), { code: 'tool_invalid' })
})

test('a classification that is misspelt is refused, not overlooked', () => {
  const schema = z.object({ a: z.string().meta({ 'x-charter': { classification: 'PII' } }) })
  assert.throws(() => refusing(schema), { code: 'tool_invalid' })
})
