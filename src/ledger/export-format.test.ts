import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import type { Json } from '../json.ts'
import { eventLine, parseLine, payloadRefsIn } from './export-format.ts'

const count = z.int().nonnegative()
const ref = z.strictObject({ n: count, class: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })

const digest = 'a'.repeat(64)
const mostly = <Value>(right: fc.Arbitrary<Value>, wrong: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: wrong })
const nearlyRef = fc.record(
  {
    n: mostly(fc.nat(), fc.oneof(fc.double(), fc.integer({ max: -1 }), fc.string())),
    class: mostly(fc.string(), fc.nat()),
    sha256: mostly(fc.constant(digest), fc.constantFrom(digest.toUpperCase(), digest.slice(1), `${digest}\n`, '')),
    more: fc.option(fc.boolean(), { nil: undefined, freq: 2 }),
  },
  { requiredKeys: ['n', 'class', 'sha256'] },
)

test('a reference is what the schema of one accepts, and nothing else, at any depth', () => {
  let found = 0
  fc.assert(
    fc.property(nearlyRef, fc.constantFrom('bare', 'within', 'listed'), (value, place) => {
      const json = JSON.parse(JSON.stringify(value)) as Json
      const isRef = ref.safeParse(json).success
      const body: Json = place === 'bare' ? json : place === 'within' ? { result: json } : { results: [json, 1, null] }
      assert.deepEqual(payloadRefsIn(body), isRef ? [json] : [])
      found += isRef ? 1 : 0
    }),
    { numRuns: 3_000, seed: 1 },
  )
  assert.ok(found > 20, `${found} references`)
})

const event = {
  ...{ position: 1, tenant: 'default', stream: 'run/run_1', seq: 1, type: 'run.ended', v: 1, at: 5, actor: 'engine:1' },
  ...{ body: { status: 'done' }, prevHash: 'a'.repeat(64), hash: 'b'.repeat(64) },
}
const lineOf = (change: object) => Buffer.from(eventLine({ ...event, ...change }).trimEnd())

test('an event’s line gives its place, what it claims to be and what it is', () => {
  const parsed = parseLine(lineOf({}))
  assert.ok('event' in parsed)
  const { computed, ...said } = parsed.event
  assert.deepEqual(said, {
    tenant: 'default',
    stream: 'run/run_1',
    seq: 1,
    prevHash: event.prevHash,
    hash: event.hash,
    body: event.body,
  })
  assert.match(computed, /^[0-9a-f]{64}$/)
})

test('an event that lacks what an event has is damaged, and looks like one', () => {
  for (const change of [{ seq: 0 }, { seq: -1 }, { seq: 1.5 }, { tenant: 1 }, { stream: null }, { prevHash: [] }]) {
    const parsed = parseLine(lineOf(change))
    assert.deepEqual(parsed, { damaged: 'it lacks what an event has', looksLike: 'event' }, JSON.stringify(change))
  }
})
