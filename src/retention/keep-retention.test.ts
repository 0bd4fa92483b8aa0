import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { leaveToEngine, orderErasure } from './erase-subject.ts'
import { carriedOut, openOrders, subjectStream } from './erasure-order.ts'
import { type KeepingOptions, keepRetention } from './keep-retention.ts'

const by = 'dpo@acme.example'
const day = 86_400_000
const page = { logging: { store_prompts: '30_days' } }

function keep(house: RefundHouse, more: Partial<KeepingOptions> = {}) {
  const ending = new AbortController()
  const errors: unknown[] = []
  const options = { by: 'service:retention', signal: ending.signal, onError: (error: unknown) => errors.push(error) }
  const kept = keepRetention(house.runtime.house, { ...options, ...more })
  const end = async () => {
    ending.abort()
    await kept
  }
  return { errors, [Symbol.asyncDispose]: end }
}

const storedOf = (house: RefundHouse, run: string) => house.runtime.house.ledger.stored.of('default', `run/${run}`)

test('beside an engine what is due is erased within the hour', async () => {
  await using house = await refundHouse({ page })
  await using keeping = keep(house)
  const { run } = await house.play([refund('in_1'), say('Done.')])
  const before = (await storedOf(house, run)).length
  await house.clock.skip(30 * day + 3_600_000)
  await house.until(async () => (await storedOf(house, run)).length < before)
  assert.deepEqual(keeping.errors, [])
})

test('an erasure that was left to the engine is carried out by whoever keeps retention beside it', async () => {
  await using house = await refundHouse({ page })
  await using _ = keep(house)
  const asked = await house.play([refund('in_1', '60.00'), say('Done.')])
  const { house: inside } = house.runtime
  const order = await orderErasure(inside, { kind: 'customer', id: 'c_1', by })
  await leaveToEngine(inside, order)
  const events = () => inside.ledger.read('default', subjectStream)
  await house.until(async () => carriedOut(await events(), order.deletion) !== undefined)
  assert.deepEqual(carriedOut(await events(), order.deletion)?.ended, [asked.run])
  assert.deepEqual(await storedOf(house, asked.run), [])
  assert.deepEqual(openOrders(await events()), [])
})

test('an order that its command carries out is not taken out of its hands', async () => {
  await using house = await refundHouse({ page })
  const { house: inside } = house.runtime
  const order = await orderErasure(inside, { kind: 'customer', id: 'c_1', by })
  await using _ = keep(house)
  await house.clock.skip(2 * day)
  const events = await inside.ledger.read('default', subjectStream)
  assert.deepEqual(
    openOrders(events).map(({ deletion, engine }) => [deletion, engine]),
    [[order.deletion, false]],
  )
})
