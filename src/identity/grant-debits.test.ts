import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../canonical-json.ts'
import type { GrantRow } from './grant.ts'
import { bounds, brokenBound, debits } from './grant-debits.ts'
import type { GrantTerms } from './grant-events.ts'

const row = (grant: string, parent: string | null, uses: number | null, limits: GrantTerms['limits']): GrantRow => ({
  grant,
  parent,
  agent: 'billing',
  environment: 'dev',
  until: null,
  revoked: null,
  uses,
  terms: canonicalJson(limits === undefined ? {} : { limits }),
  on_behalf_of: null,
})
const child = row('g2', 'g1', 2, { request_refund: { amount: 3000 } })
const root = row('g1', null, null, { request_refund: { amount: 5000, calls: 3 }, pay: { amount: 1 } })

test('D13 an effect is debited from its grant and from every grant above it', () => {
  assert.deepEqual(debits([child, root], 'request_refund', { amount: 2500 }), [
    { key: 'uses:g2', amount: 1 },
    { key: 'grant:g2:request_refund:amount', amount: 2500 },
    { key: 'grant:g1:request_refund:amount', amount: 2500 },
    { key: 'grant:g1:request_refund:calls', amount: 1 },
  ])
  assert.deepEqual(debits([child, root], 'get_invoice', {}), [{ key: 'uses:g2', amount: 1 }])
})

test('each bound says its key, its most, and that it counts over the whole life of the grant', () => {
  const found = bounds([child, root], 'request_refund').map(({ key, max, measure }) => [key, max, measure])
  assert.deepEqual(found, [
    ['uses:g2', 2, null],
    ['grant:g2:request_refund:amount', 3000, 'amount'],
    ['grant:g1:request_refund:amount', 5000, 'amount'],
    ['grant:g1:request_refund:calls', 3, 'calls'],
  ])
  for (const { withinMs } of bounds([child, root], 'request_refund')) assert.ok(withinMs > 99 * 365 * 86_400_000)
})

test('an amount that is missing, broken or below zero is never debited as nothing', () => {
  for (const measures of [{}, { amount: 0.5 }, { amount: -100 }]) {
    assert.throws(() => debits([child], 'request_refund', measures), { code: 'grant_invalid' })
  }
})

test('a bound breaks at the first unit over it', () => {
  const found = bounds([child, root], 'request_refund')
  const moves = debits([child, root], 'request_refund', { amount: 1000 })
  const before = (moved: number) => brokenBound(found, moves, ({ measure }) => (measure === 'amount' ? moved : 0))
  assert.equal(before(2000), undefined)
  assert.equal(before(2001)?.key, 'grant:g2:request_refund:amount')
})

test('D13 no spending under grants handed on moves more than any grant above them allows', () => {
  const refund = fc.record({ by: fc.constantFrom(0, 1, 2), amount: fc.integer({ min: 0, max: 2500 }) })
  const lines = [[root], [child, root], [row('g3', 'g1', null, undefined), root]]
  const property = fc.property(fc.array(refund, { maxLength: 20 }), (refunds) => {
    const moved = new Map<string, number>()
    for (const { by, amount } of refunds) {
      const line = lines[by] ?? []
      const moves = debits(line, 'request_refund', { amount })
      if (brokenBound(bounds(line, 'request_refund'), moves, ({ key }) => moved.get(key) ?? 0)) continue
      for (const { key, amount } of moves) moved.set(key, (moved.get(key) ?? 0) + amount)
    }
    for (const { key, max } of lines.flatMap((line) => bounds(line, 'request_refund'))) {
      assert.ok((moved.get(key) ?? 0) <= max, key)
    }
  })
  fc.assert(property, { numRuns: 500 })
})
