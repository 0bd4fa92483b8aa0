import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../canonical-json.ts'
import { CharterError } from '../errors.ts'
import { coverage, type GrantRow } from './grant.ts'
import { bounds } from './grant-debits.ts'
import type { GrantAuthority } from './grant-events.ts'
import { type Narrowing, narrow } from './narrow.ts'

const unbounded: GrantAuthority = { environment: 'dev', until: null, uses: null, terms: {}, on_behalf_of: null }
const bounded: GrantAuthority = {
  environment: 'dev',
  until: 100,
  uses: 3,
  terms: {
    tools: ['get_invoice', 'request_refund'],
    subjects: { invoice: ['invoice:1', 'invoice:2'] },
    limits: { request_refund: { amount: 5000 } },
  },
  on_behalf_of: 'ada@acme.example',
}

test('what a child does not say it inherits', () => {
  assert.deepEqual(narrow(bounded, {}), bounded)
  assert.deepEqual(narrow(unbounded, {}), unbounded)
})

test('a child may bound what its parent left open', () => {
  const { on_behalf_of: _person, ...bounds } = bounded
  assert.deepEqual(narrow(unbounded, bounds), { ...bounded, on_behalf_of: null })
  const more = {
    terms: { subjects: { customer: ['customer:1'] }, limits: { request_refund: { calls: 1 }, pay: { amount: 1 } } },
  }
  assert.deepEqual(narrow(bounded, more).terms, {
    tools: bounded.terms.tools,
    subjects: { ...bounded.terms.subjects, customer: ['customer:1'] },
    limits: { request_refund: { amount: 5000, calls: 1 }, pay: { amount: 1 } },
  })
})

test('every way to widen a grant is refused, and the part is named', () => {
  const widenings: readonly [Narrowing, string][] = [
    [{ environment: 'prod' }, 'environment'],
    [{ on_behalf_of: 'bob@acme.example' }, 'on_behalf_of'],
    [{ on_behalf_of: null }, 'on_behalf_of'],
    [{ until: 101 }, 'until'],
    [{ until: null }, 'until'],
    [{ uses: 4 }, 'uses'],
    [{ uses: null }, 'uses'],
    [{ terms: { tools: ['get_invoice', 'delete_customer'] } }, 'terms.tools'],
    [{ terms: { subjects: { invoice: ['invoice:3'] } } }, 'terms.subjects.invoice'],
    [{ terms: { limits: { request_refund: { amount: 5001 } } } }, 'terms.limits.request_refund.amount'],
  ]
  for (const [child, param] of widenings) {
    assert.throws(() => narrow(bounded, child), { code: 'grant_widens', param }, param)
  }
  assert.throws(() => narrow(unbounded, { on_behalf_of: 'ada@acme.example' }), { code: 'grant_widens' })
})

const tools = ['get_invoice', 'request_refund', '__proto__']
const ids = ['invoice:1', 'invoice:2', 'invoice:3']
const limits = fc.dictionary(
  fc.constantFrom(...tools),
  fc.dictionary(fc.constantFrom('amount', 'calls'), fc.integer({ min: 0, max: 4 })),
  { noNullPrototype: true },
)
const terms = fc.record(
  {
    tools: fc.subarray(tools),
    subjects: fc.dictionary(fc.constantFrom('invoice', 'customer'), fc.subarray(ids), { noNullPrototype: true }),
    limits,
  },
  { requiredKeys: [], noNullPrototype: true },
)
const bound = fc.option(fc.integer({ min: 0, max: 8 }))
const parts = {
  environment: fc.constantFrom('dev', 'dev', 'dev', 'prod'),
  until: bound,
  uses: bound,
  terms,
  on_behalf_of: fc.constantFrom(null, null, null, 'ada@acme.example'),
}
const authority = fc.record(parts, { noNullPrototype: true })
const narrowing: fc.Arbitrary<Narrowing> = fc.oneof(
  fc.record(parts, { requiredKeys: [], noNullPrototype: true }),
  fc.record({ until: bound }),
  fc.record({ uses: bound }),
  fc.record({ terms }),
)
const action = fc.record({
  agent: fc.constant('billing'),
  environment: fc.constantFrom('dev', 'prod'),
  tool: fc.constantFrom(...tools),
  subjects: fc.array(fc.record({ kind: fc.constantFrom('invoice', 'customer'), id: fc.constantFrom(...ids) }), {
    maxLength: 2,
  }),
  now: fc.integer({ min: 0, max: 9 }),
})

const asRoot = ({ terms, ...authority }: GrantAuthority): GrantRow => ({
  grant: 'grant_1',
  parent: null,
  agent: 'billing',
  revoked: null,
  ...authority,
  terms: canonicalJson(terms),
})

function tryNarrow(parent: GrantAuthority, child: Narrowing): GrantAuthority | undefined {
  try {
    return narrow(parent, child)
  } catch (error) {
    assert.ok(error instanceof CharterError && error.code === 'grant_widens', String(error))
    return undefined
  }
}

test('a narrowed grant never allows more, even if nobody looked at its parent', () => {
  let narrowed = 0
  const property = fc.property(authority, narrowing, action, (parent, child, action) => {
    const given = tryNarrow(parent, child)
    if (given === undefined) return
    narrowed += 1
    if (coverage([asRoot(given)], action).covered)
      assert.deepEqual(coverage([asRoot(parent)], action), { covered: true })
    const most = new Map(bounds([asRoot(given)], action.tool).map(({ key, max }) => [key, max]))
    for (const { key, max } of bounds([asRoot(parent)], action.tool)) assert.ok((most.get(key) ?? Infinity) <= max, key)
  })
  fc.assert(property, { numRuns: 3000 })
  assert.ok(narrowed > 200, `only ${narrowed} were narrowed: the property looked at too little`)
})

test('what is narrower in every part is never refused', () => {
  const property = fc.property(authority, narrowing, (parent, child) => {
    const given = tryNarrow(parent, child)
    if (given) assert.equal(canonicalJson(narrow(parent, given)), canonicalJson(given))
  })
  fc.assert(property, { numRuns: 1000 })
})
