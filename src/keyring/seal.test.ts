import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemRandomness } from '../ids.ts'
import { keyedDigest, pseudonym } from './pseudonym.ts'
import { createNonces, keyIdIn, open, type PayloadPlace, seal } from './seal.ts'

const key = { id: '17', key: createSecretKey(randomBytes(32)) }
const place: PayloadPlace = { tenant: 'default', stream: 'run/run_1', n: 4, class: 'arguments' }
const nextNonce = createNonces(systemRandomness)

test('L6 what is sealed opens to the same JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain = JSON.parse(JSON.stringify(value))
      assert.deepEqual(open(key.key, place, seal(key, place, plain, nextNonce())), plain)
    }),
  )
})

test('L6 sealed bytes do not show the content, and the same content is sealed differently each time', () => {
  const [first, second] = [1, 2].map(() => Buffer.from(seal(key, place, { card: '4242 4242' }, nextNonce())))
  assert.ok(!first!.includes('4242'))
  assert.notDeepEqual(first, second)
  assert.equal(keyIdIn(first!), '17')
})

test('L6 a payload that was moved to another tenant, stream, number or class does not open', () => {
  const sealed = seal(key, place, 'secret', nextNonce())
  const moves: Partial<PayloadPlace>[] = [{ tenant: 'other' }, { stream: 'run/run_2' }, { n: 5 }, { class: 'result' }]
  for (const move of moves) {
    assert.throws(() => open(key.key, { ...place, ...move }, sealed), { code: 'ledger_tampered' })
  }
})

test('L6 a payload of which any byte was changed, or that was cut, does not open', () => {
  const sealed = seal(key, place, { amount: 40 }, nextNonce())
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))
    assert.throws(() => open(key.key, place, changed), { code: 'ledger_tampered' }, `byte ${at}`)
    assert.throws(() => open(key.key, place, sealed.subarray(0, at)), { code: 'ledger_tampered' }, `cut at ${at}`)
  }
  const otherKey = createSecretKey(randomBytes(32))
  assert.throws(() => open(otherKey, place, sealed), { code: 'ledger_tampered' })
})

test('no nonce comes twice', () => {
  const nonces = Array.from({ length: 2000 }, () => Buffer.from(nextNonce()).toString('hex'))
  assert.ok(nonces.every((nonce) => nonce.length === 24))
  assert.equal(new Set(nonces).size, nonces.length)
})

test('L6 pseudonyms and digests are keyed: equal under one key, unlike under another, and never the value', () => {
  const [ours, theirs] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))]
  assert.equal(pseudonym(ours, 'customer', 'ada'), pseudonym(ours, 'customer', 'ada'))
  assert.match(pseudonym(ours, 'customer', 'ada'), /^customer:[0-9a-f]{32}$/)
  assert.notEqual(pseudonym(ours, 'customer', 'ada'), pseudonym(theirs, 'customer', 'ada'))
  assert.notEqual(pseudonym(ours, 'customer', 'ada').slice(9), pseudonym(ours, 'invoice', 'ada').slice(8))
  assert.match(keyedDigest(ours, '{}'), /^hmac-sha256:[0-9a-f]{64}$/)
  assert.notEqual(keyedDigest(ours, '{}'), keyedDigest(theirs, '{}'))
})
