import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Lock } from '../ledger.ts'
import { begin, lockCalls } from './locks.ts'

const anyLock = fc.oneof(
  fc.record({ lock: fc.constant('stream' as const), stream: fc.string() }),
  fc.record({ lock: fc.constant('key' as const), key: fc.string() }),
  fc.record({ lock: fc.constantFrom('house' as const, 'tenant' as const), mode: fc.constant('exclusive' as const) }),
)

const keyIn = (call: string) => BigInt(/\((-?\d+)\)/.exec(call)?.[1] ?? '')

test('D2 whatever locks two transactions ask for, they take those they share in one order, so neither can wait for the other in a ring', () => {
  fc.assert(
    fc.property(fc.array(anyLock), fc.array(anyLock), (one: Lock[], other: Lock[]) => {
      const first = lockCalls('acme', one).map(keyIn)
      const second = lockCalls('acme', other).map(keyIn)
      const shared = first.filter((key) => second.includes(key))
      assert.deepEqual(
        shared,
        second.filter((key) => first.includes(key)),
      )
    }),
  )
})

test('D2 every transaction begins with the house and then its tenant, shared unless it asks for them alone', () => {
  const plain = lockCalls('acme', [{ lock: 'stream', stream: 'run/1' }])
  const stop = lockCalls('acme', [{ lock: 'tenant', mode: 'exclusive' }])
  const house = lockCalls('acme', [{ lock: 'house', mode: 'exclusive' }])
  assert.equal(plain.length, 3)
  assert.match(plain[0] ?? '', /^pg_advisory_xact_lock_shared\(/)
  assert.match(plain[1] ?? '', /^pg_advisory_xact_lock_shared\(/)
  assert.match(plain[2] ?? '', /^pg_advisory_xact_lock\(/)
  assert.deepEqual(
    [stop, house].map((calls) => calls.map((call) => call.includes('shared'))),
    [
      [true, false],
      [false, true],
    ],
  )
  assert.deepEqual(plain.slice(0, 2).map(keyIn), stop.map(keyIn))
})

test('D2 the other locks are taken once each, in the order of their keys', () => {
  const names = Array.from({ length: 40 }, (_, i) => `limit ${i % 20}`)
  const keys = lockCalls(
    'acme',
    names.map((key) => ({ lock: 'key', key })),
  )
    .slice(2)
    .map(keyIn)
  assert.equal(keys.length, 20)
  assert.deepEqual(
    keys,
    [...keys].sort((a, b) => (a < b ? -1 : 1)),
  )
})

test('D2 a key, a stream and a tenant of one name are three locks', () => {
  const calls = [
    ...lockCalls('acme', [
      { lock: 'key', key: 'x' },
      { lock: 'stream', stream: 'x' },
    ]),
    ...lockCalls('x', [{ lock: 'key', key: 'x' }]),
  ]
  // The house is the same for all, and each of the others stands alone.
  assert.equal(new Set(calls.map(keyIn)).size, calls.length - 1)
})

test('D2 a transaction says how long it may wait, work and be idle before it takes its first lock', () => {
  const said = begin('acme', []).split('; ')
  const at = (what: RegExp) => said.findIndex((statement) => what.test(statement))
  assert.ok(at(/^BEGIN ISOLATION LEVEL READ COMMITTED$/) === 0)
  for (const limit of [
    /lock_timeout = \d+$/,
    /statement_timeout = \d+$/,
    /idle_in_transaction_session_timeout = 1000$/,
  ]) {
    assert.ok(at(limit) > 0 && at(limit) < at(/pg_advisory/), String(limit))
  }
})
