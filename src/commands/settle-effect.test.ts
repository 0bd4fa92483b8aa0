import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refundHouse, say } from '../../test/refund-house.ts'
import { settleEffect } from './settle-effect.ts'

const by = 'ops@acme.example'
const reply = call('send_reply', { ticket: 't_1', body: 'Hello.' })

/** A run whose reply nobody knows about. */
async function unknownIn(house: RefundHouse): Promise<string> {
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'commit_then_disconnect', times: 1 })
  const { run } = await house.play([reply, say('?')])
  return `${run}:1.1`
}

test('a named person says what became of an effect, and the ledger says who', async () => {
  await using house = await refundHouse()
  const effect = await unknownIn(house)
  const settled = await settleEffect(house.runtime.house, { effect, outcome: 'committed', by })
  assert.equal(settled.status, 'committed')
  const last = (await house.events(settled.run)).at(-1)
  assert.deepEqual([last?.type, last?.actor, last?.body.by], ['effect.committed', by, 'settlement'])
})

test('an effect is settled once', async () => {
  await using house = await refundHouse()
  const effect = await unknownIn(house)
  const settle = (outcome: 'committed' | 'not_committed') => settleEffect(house.runtime.house, { effect, outcome, by })
  const both = await Promise.allSettled([settle('committed'), settle('not_committed')])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await assert.rejects(settle('committed'), { code: 'effect_settled' })
})

test('an effect that nobody knows cannot be settled', async () => {
  await using house = await refundHouse()
  const nothing = settleEffect(house.runtime.house, { effect: 'run_none:1.1', outcome: 'committed', by })
  await assert.rejects(nothing, { code: 'effect_not_found' })
})

test('an effect that may still be under way is not settled by anybody', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'hang', times: 1 })
  const run = await house.start([reply, say('?')])
  await house.until(() => house.desk.arrivals().length === 1)
  const early = settleEffect(house.runtime.house, { effect: `${run}:1.1`, outcome: 'not_committed', by })
  await assert.rejects(early, { code: 'usage' })
  await house.clock.skip(10_000)
  await house.settled(run)
})
