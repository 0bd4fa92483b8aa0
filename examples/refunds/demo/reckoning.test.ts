import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Commit } from '../desk/witness.ts'
import { compareWrite, type Write } from './reckoning.ts'

const commit: Commit = {
  n: 1,
  arrival: 1,
  at: 0,
  kind: 'refund',
  id: 're_1001',
  invoice: 'in_93K2',
  ticket: null,
  amount_minor: 4900,
  currency: 'usd',
  text: '',
  idempotency_key: 'ck_1',
}
const write: Write = {
  key: 'ck_1',
  run: 'run_1',
  tool: 'request_refund',
  status: 'committed',
  minor: 4900,
  attempts: 1,
  arrivals: 1,
  commits: [commit],
}

test('a write that both sides know as one commit of one amount is agreed on', () => {
  assert.deepEqual(compareWrite(write), [])
})

test('a write that neither side has committed is agreed on', () => {
  assert.deepEqual(compareWrite({ ...write, status: 'not_committed', commits: [] }), [])
})

const disagreements: Readonly<Record<string, [Partial<Write>, RegExp]>> = {
  'the ledger says committed and the desk has nothing': [{ commits: [] }, /the desk has nothing/],
  'the desk committed what the ledger calls unknown': [{ status: 'unknown' }, /the ledger says unknown/],
  'the desk committed twice under one key': [{ commits: [commit, { ...commit, n: 2 }] }, /2 times under ck_1/],
  'the desk refunded another amount': [{ minor: 4800 }, /4900 cents .* 4800/],
}

for (const [title, [change, said]] of Object.entries(disagreements)) {
  test(`a disagreement is found: ${title}`, () => {
    const [problem, ...more] = compareWrite({ ...write, ...change })
    assert.match(problem ?? '', said)
    assert.deepEqual(more, [])
  })
}
