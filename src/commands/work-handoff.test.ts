import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, refundHouse, say } from '../../test/refund-house.ts'
import { type HandoffWork, workHandoff } from './work-handoff.ts'

const olu = 'olu@acme.example'
const groups = ['billing-oncall']

/** A house in which a run was handed to the people on call. */
async function handedOver() {
  const house = await refundHouse({ page: { agent: { max_steps: 1 }, on_call: 'billing-oncall' } })
  const result = await house.play([call('get_invoice', { invoice: 'in_1' }), say('Done.')])
  assert.ok(result.status === 'handed_off' && result.handoff !== undefined)
  const { handoff } = result
  const work = (
    what:
      | Omit<Extract<HandoffWork, { type: 'claim' }>, 'handoff'>
      | Omit<Extract<HandoffWork, { type: 'return' }>, 'handoff'>
      | Omit<Extract<HandoffWork, { type: 'resolve' }>, 'handoff'>,
  ) => workHandoff(house.runtime.house, { handoff, ...what })
  return { house, run: result.run, handoff, work, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() }
}

test('a handoff is claimed by one person of the group, and closed by that person', async () => {
  await using handed = await handedOver()
  await assert.rejects(handed.work({ type: 'claim', by: 'eve@acme.example', groups: ['finance'] }), {
    code: 'approver_not_allowed',
  })
  await assert.rejects(handed.work({ type: 'resolve', by: olu }), { code: 'approver_not_allowed' })
  const claims = await Promise.allSettled(
    [olu, 'ono@acme.example'].map((by) => handed.work({ type: 'claim', by, groups })),
  )
  const lost = claims.find((claim) => claim.status === 'rejected')
  assert.equal(lost?.reason.code, 'handoff_already_claimed')
  const winner = claims[0]?.status === 'fulfilled' ? olu : 'ono@acme.example'
  assert.equal((await handed.work({ type: 'resolve', by: winner, outcome: 'refunded by hand' })).status, 'resolved')
  await assert.rejects(handed.work({ type: 'return', by: winner }), { code: 'handoff_settled' })
})

test('a handoff that nobody assigned is an error of its own', async () => {
  await using house = await refundHouse()
  const nothing = workHandoff(house.runtime.house, { handoff: 'hand_none', type: 'claim', by: olu, groups })
  await assert.rejects(nothing, { code: 'handoff_not_found' })
})

test('what a person says to the agent is sealed, and the model is told it', async () => {
  await using handed = await handedOver()
  await handed.work({ type: 'claim', by: olu, groups })
  await handed.work({ type: 'return', by: olu, note: 'Elena is right', extends: { turns: 1 } })
  assert.equal((await handed.house.settled(handed.run)).status, 'done')
  const events = await handed.house.runtime.house.ledger.read('default', `handoff/${handed.handoff}`)
  assert.ok(!JSON.stringify(events).includes('Elena'))
  assert.ok(handed.house.prompts.at(-1)?.includes('Elena is right'))
})
