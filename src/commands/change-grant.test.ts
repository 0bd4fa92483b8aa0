import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refundHouse } from '../../test/refund-house.ts'
import { issueGrant, narrowGrant, revokeGrant } from './change-grant.ts'

const by = 'owner@acme.example'

test('a grant is issued for an agent whose page is in force', async () => {
  await using house = await refundHouse()
  const { state } = await issueGrant(house.runtime.house, { agent: 'refunds', by, uses: 3 })
  assert.ok(state.status === 'issued')
  assert.deepEqual([state.issued.agent, state.issued.uses, state.issued.parent], ['refunds', 3, null])
  await assert.rejects(issueGrant(house.runtime.house, { agent: 'refund', by }), { code: 'agent_unknown' })
})

test('a grant is handed on with less in it, never with more', async () => {
  await using house = await refundHouse()
  const { house: open } = house.runtime
  const { grant } = await issueGrant(open, { agent: 'refunds', by, uses: 3, tools: ['get_invoice', 'add_note'] })
  const { state } = await narrowGrant(open, grant, { agent: 'refunds', by, uses: 1, tools: ['add_note'] })
  assert.ok(state.status === 'issued')
  assert.deepEqual([state.issued.parent, state.issued.uses, state.issued.terms.tools], [grant, 1, ['add_note']])
  await assert.rejects(narrowGrant(open, grant, { agent: 'refunds', by, uses: 4 }), { code: 'grant_widens' })
  const more = narrowGrant(open, grant, { agent: 'refunds', by, tools: ['request_refund'] })
  await assert.rejects(more, { code: 'grant_widens' })
})

test('the subjects of a grant stand in the ledger under another name', async () => {
  await using house = await refundHouse()
  const { grant } = await issueGrant(house.runtime.house, { agent: 'refunds', by, subjects: { invoice: ['in_1'] } })
  const [issued] = await house.runtime.house.ledger.read('default', `grant/${grant}`)
  assert.ok(!JSON.stringify(issued).includes('in_1'))
})

test('D13 nothing is handed on from a grant that was revoked, or from one below it', async () => {
  await using house = await refundHouse()
  const { house: open } = house.runtime
  const { grant } = await issueGrant(open, { agent: 'refunds', by })
  const below = await narrowGrant(open, grant, { agent: 'refunds', by })
  const { state } = await revokeGrant(open, grant, by, 'left the company')
  assert.equal(state.status, 'revoked')
  for (const from of [grant, below.grant])
    await assert.rejects(narrowGrant(open, from, { agent: 'refunds', by }), { code: 'grant_invalid' })
})

test('a grant that nobody issued can be neither narrowed nor revoked', async () => {
  await using house = await refundHouse()
  const { house: open } = house.runtime
  await assert.rejects(narrowGrant(open, 'grant_none', { agent: 'refunds', by }), { code: 'grant_not_found' })
  await assert.rejects(revokeGrant(open, 'grant_none', by), { code: 'grant_not_found' })
})
