import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '../canonical-json.ts'
import type { LedgerEvent } from './event.ts'
import { canonicalEvent, checkChain, emptyHead, firstPrevHash, hashEvent } from './hash-chain.ts'

/** A chain of events about one thing, as a ledger would have written it. */
function chain(ledgerId: string, tenant: string, stream: string, length: number): LedgerEvent[] {
  let head = emptyHead(ledgerId, tenant, stream)
  return Array.from({ length }, (_, i) => {
    const unhashed = {
      tenant,
      stream,
      seq: i + 1,
      type: 'tool.answered',
      v: 1,
      at: 1_700_000_000_000 + i,
      actor: 'engine:e1',
      body: { n: i, ok: true },
      prevHash: head.hash,
    }
    head = { seq: i + 1, hash: hashEvent(unhashed) }
    return { ...unhashed, hash: head.hash, position: i + 1 }
  })
}

const untouched = chain('ledger_a', 'default', 'run/run_1', 5)
const changed = (index: number, change: Partial<LedgerEvent>) =>
  untouched.map((event, i) => (i === index ? { ...event, ...change } : event))

test('a chain that nobody touched holds', () => {
  assert.equal(checkChain('ledger_a', untouched), undefined)
  const mixed = chain('ledger_a', 'default', 'run/run_2', 5).flatMap((event, i) => [event, untouched[i]!])
  assert.equal(checkChain('ledger_a', mixed), undefined)
})

test('the text that is hashed is the RFC 8785 form of the nine fields', () => {
  const { tenant, stream, seq, type, v, at, actor, body, prevHash } = untouched[1]!
  const fields = { tenant, stream, seq, type, v, at, actor, body, prev_hash: prevHash }
  assert.equal(canonicalEvent(untouched[1]!), canonicalJson(fields))
  assert.equal(canonicalEvent(untouched[1]!, canonicalJson(body)), canonicalJson(fields))
})

test('L2 a change of any field of an event is found at that event', () => {
  const changes: Partial<LedgerEvent>[] = [
    { type: 'tool.failed' },
    { v: 2 },
    { at: 1 },
    { actor: 'ada@acme.example' },
    { body: { n: 2, ok: false } },
    { prevHash: '0'.repeat(64) },
    { hash: '0'.repeat(64) },
    { seq: 4 },
  ]
  for (const change of changes) {
    const broken = checkChain('ledger_a', changed(2, change))
    assert.equal(broken?.stream, 'run/run_1', JSON.stringify(change))
    assert.equal(broken?.seq, change.seq ?? 3, JSON.stringify(change))
  }
})

test('L2 an event whose hash was made again is found at the next event', () => {
  const forged = { ...untouched[2]!, body: { n: 99 } }
  const broken = checkChain('ledger_a', changed(2, { ...forged, hash: hashEvent(forged) }))
  assert.deepEqual([broken?.seq, broken?.reason], [4, 'not_linked'])
})

test('L2 a removed, doubled or swapped event is found', () => {
  const [one, two, three, four, five] = untouched
  assert.equal(checkChain('ledger_a', [one!, two!, four!, five!])?.seq, 4)
  assert.equal(checkChain('ledger_a', [two!, three!])?.seq, 2)
  assert.equal(checkChain('ledger_a', [one!, two!, two!, three!])?.reason, 'out_of_order')
  assert.equal(checkChain('ledger_a', [one!, three!, two!])?.seq, 3)
})

test('L2 the chain binds ledger, tenant and stream: what was moved to another of them is found', () => {
  assert.equal(checkChain('ledger_b', untouched)?.reason, 'not_linked')
  for (const move of [{ stream: 'run/run_2' }, { tenant: 'other' }]) {
    const moved = untouched.map((event) => ({ ...event, ...move }))
    assert.equal(checkChain('ledger_a', moved)?.seq, 1)
    const rehashed = moved.map((event) => ({ ...event, hash: hashEvent(event) }))
    const broken = checkChain('ledger_a', rehashed)
    assert.deepEqual([broken?.seq, broken?.reason], [1, 'not_linked'])
  }
  const elsewhere = chain('ledger_a', 'default', 'run/run_2', 5)
  assert.equal(checkChain('ledger_a', [...elsewhere.slice(0, 2), { ...untouched[2]!, stream: 'run/run_2' }])?.seq, 3)
})

test('L2 ledger, tenant and stream cannot be read two ways in the first hash', () => {
  assert.notEqual(firstPrevHash('a', 'bc', 'd'), firstPrevHash('ab', 'c', 'd'))
  assert.notEqual(firstPrevHash('a', 'b', 'cd'), firstPrevHash('a', 'bc', 'd'))
})
