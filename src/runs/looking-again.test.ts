/** An effect that was given up stays open, and its system of record is asked again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'

const minute = 60_000
const lookUp = call('refund_by_lookup', { invoice: 'in_1', amount: '10.00' })
const statusOf = async ({ runtime }: RefundHouse, run: string) => {
  const { row } = await runtime.house.ledger.find('default', { row: { read: 'effect', effect: `${run}:1.1` } })
  return row?.status
}
const givenUp = async (house: RefundHouse, run: string) => house.bodies(run, 'effect.given_up')
const looks = ({ desk }: RefundHouse) =>
  desk.arrivals().filter(({ method, path }) => method === 'GET' && path.startsWith('/refunds'))

/** A refund whose answer was lost, and a desk that will not say what became of it; the run has ended. */
async function lostRefund(fault: 'commit_then_disconnect' | 'fail') {
  const house = await refundHouse()
  house.desk.setFault({ method: 'POST', path: '/refunds', fault, times: 1 })
  house.desk.setFault({ method: 'GET', path: '/refunds', fault: 'fail', times: 4 })
  const run = await house.start([lookUp, say('?')])
  await house.until(async () => (await house.bodies(run, 'effect.unknown')).length > 0)
  for (const [looked, ms] of [15_000, 5_000, 5_000].entries()) {
    await house.clock.skip(ms)
    await house.until(() => looks(house).length > looked)
  }
  await house.clock.skip(5_000)
  await house.settled(run)
  assert.equal(await statusOf(house, run), 'unknown')
  return { house, run, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() }
}

test('D6 an effect that was given up is looked for again after its run has ended, until it is found', async () => {
  await using lost = await lostRefund('commit_then_disconnect')
  const { house, run } = lost
  const before = looks(house).length
  await house.clock.skip(minute)
  await house.until(async () => (await givenUp(house, run)).length === 2)
  assert.equal(await statusOf(house, run), 'unknown')
  await house.clock.skip(4 * minute)
  await house.until(async () => (await statusOf(house, run)) === 'committed')
  assert.equal(looks(house).length, before + 2)
  assert.equal(house.desk.commits().length, 1)
})

test('D6 an effect that the system of record does not know is not committed, and its subject is free again', async () => {
  await using lost = await lostRefund('fail')
  const { house, run } = lost
  await house.clock.skip(minute)
  await house.until(async () => (await givenUp(house, run)).length === 2)
  await house.clock.skip(4 * minute)
  await house.until(async () => (await statusOf(house, run)) === 'not_committed')
  const next = await house.play([refund('in_1'), say('Done.')])
  assert.equal(next.status, 'done')
  assert.deepEqual(
    (await house.told(next.run)).map(({ outcome }) => outcome),
    ['result'],
  )
})

test('D6 what the tool cannot tell is left to a person: nobody asks again', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'commit_then_disconnect', times: 1 })
  const { run } = await house.play([call('send_reply', { ticket: 't_1', body: 'Hello.' }), say('?')])
  assert.equal((await givenUp(house, run))[0]?.look_at, undefined)
})
