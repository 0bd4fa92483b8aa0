import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { liftStop } from './lift-stop.ts'
import { waitForQuiet } from './raise-stop.ts'

const by = 'ops@acme.example'
const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')
const stops = async ({ runtime }: RefundHouse) =>
  (await runtime.house.ledger.find('default', { stops: { read: 'stops' } })).stops.map(
    ({ stop, level }) => `${stop} ${level}`,
  )

test('a stop is in force once it is committed, and not any more once it is lifted', async () => {
  await using house = await refundHouse()
  await house.stop({ scope: 'tool', value: 'request_refund', level: 'observe' })
  assert.deepEqual(await stops(house), ['dev:tool:request_refund observe'])
  assert.equal((await house.play([refund('in_1'), say('Sorry.')])).status, 'denied')
  await liftStop(house.runtime.house, { scope: 'tool', value: 'request_refund', by })
  assert.deepEqual(await stops(house), [])
  assert.equal((await house.play([refund('in_1'), say('Done.')])).status, 'done')
})

test('raising a stop again replaces its level, and raising it as it is changes nothing', async () => {
  await using house = await refundHouse()
  await house.stop({ level: 'draft' })
  await house.stop({ level: 'observe' })
  await house.stop({ level: 'observe' })
  assert.deepEqual(await stops(house), ['everything observe'])
  assert.equal((await house.runtime.house.ledger.read('default', 'stop/everything')).length, 2)
})

test('a stop that is not in force cannot be lifted, and the nearest that is is named', async () => {
  await using house = await refundHouse()
  await house.stop({ scope: 'tool', value: 'request_refund' })
  const lifting = liftStop(house.runtime.house, { scope: 'tool', value: 'request_refunds', by })
  await assert.rejects(lifting, { code: 'stop_not_found', hint: /dev:tool:request_refund/ })
})

test('the reason of a stop is kept sealed beside it', async () => {
  await using house = await refundHouse()
  await house.stop({ reason: 'Elena was refunded twice' })
  const [raised] = await house.runtime.house.ledger.read('default', 'stop/everything')
  assert.ok(raised?.body.reason !== undefined && !JSON.stringify(raised).includes('Elena'))
})

test('D4 what is past its time to settle is no longer waited for, and counted as given up', async () => {
  await using house = await refundHouse({ database: 'file', options: { engine: false } })
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'hang' })
  await house.start([refund('in_1'), say('?')])
  await using engine = await house.engineElsewhere()
  await house.until(() => sendings(house).length === 1)
  await engine.kill()
  const wanted = { scope: 'everything', value: '', level: 'observe', by } as const
  const committed = await house.stop(wanted)
  assert.equal(committed.inFlight.length, 1)
  const quiet = waitForQuiet(house.runtime.house, wanted, committed)
  await house.clock.skip(15_001)
  const { finished, givenUp } = await quiet
  assert.deepEqual([finished, givenUp], [0, 1])
  const last = (await house.runtime.house.ledger.read('default', 'stop/everything')).at(-1)
  assert.deepEqual([last?.type, last?.body.given_up], ['stop.quiet', 1])
})
