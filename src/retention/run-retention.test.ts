import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type HouseWanted, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { liftHold, placeHold } from './change-hold.ts'
import { runRetention } from './run-retention.ts'

const by = 'dpo@acme.example'
const day = 86_400_000
const logging = { store_prompts: '30_days', store_tool_metadata: '180_days' }

async function oneRun(wanted: HouseWanted = {}) {
  const house = await refundHouse({ page: { logging }, ...wanted })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  const sweep = (more = {}) => runRetention(house.runtime.house, { by, ...more })
  return { house, run, sweep, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() }
}

const classesOf = async ({ runtime }: RefundHouse, run: string) =>
  [...new Set((await runtime.house.ledger.stored.of('default', `run/${run}`)).map((payload) => payload.class))].sort()

for (const database of ['file', 'postgres'] as const)
  test(`L6 each class is erased when the time that the page gives it is over, on ${database}`, async () => {
    await using given = await oneRun({ database })
    const { house, run, sweep } = given
    // Another clock than the server's would not do on PostgreSQL: there the same is said by an order.
    const later = async (days: number, ordered: object) => {
      if (database === 'postgres') return sweep({ before: Date.now() + day, ...ordered })
      await house.clock.skip(days * day)
      return sweep()
    }
    assert.deepEqual((await sweep()).classes, {})
    assert.deepEqual(await classesOf(house, run), ['arguments', 'decision', 'input', 'prompt', 'result'])
    const prompts = await later(31, { class: 'prompt' })
    assert.deepEqual(Object.keys(prompts.classes).sort(), database === 'postgres' ? ['prompt'] : ['input', 'prompt'])
    await later(150, {})
    assert.deepEqual(await classesOf(house, run), [])
    const [proof] = await house.runtime.house.ledger.read('default', `retention/${prompts.deletion}`)
    assert.deepEqual([proof?.type, proof?.body.classes, proof?.actor], ['retention.run', prompts.classes, by])
  })

test('L6 the shorter time counts, of the page that a run pinned and of the one in force', async () => {
  await using given = await oneRun()
  const { house, run, sweep } = given
  await house.clock.skip(2 * day)
  await house.apply({ logging: { store_prompts: '1_days', store_tool_metadata: '900_days' } })
  assert.deepEqual(Object.keys((await sweep()).classes).sort(), ['input', 'prompt'])
  await house.clock.skip(179 * day)
  await sweep()
  assert.deepEqual(await classesOf(house, run), [])
})

test('where the page gives no time, content is kept until somebody orders its erasure', async () => {
  await using given = await oneRun({ page: {} })
  const { house, run, sweep } = given
  await house.clock.skip(9_000 * day)
  assert.deepEqual((await sweep()).classes, {})
  const ordered = await sweep({ before: house.clock.now(), class: 'result' })
  assert.deepEqual(Object.keys(ordered.classes), ['result'])
  assert.ok((await classesOf(house, run)).includes('prompt'))
})

test('a dry run says what would go, and nothing goes', async () => {
  await using given = await oneRun()
  const { house, run, sweep } = given
  await house.clock.skip(31 * day)
  const [told, before] = [await sweep({ dryRun: true }), await classesOf(house, run)]
  assert.equal(told.deletion, null)
  assert.deepEqual(before, ['arguments', 'decision', 'input', 'prompt', 'result'])
  assert.deepEqual((await sweep()).classes, told.classes)
})

test('an open run keeps what it needs, however long it waits', async () => {
  await using house = await refundHouse({ page: { logging } })
  const { run } = await house.play([refund('in_1', '60.00'), say('Done.')])
  const before = await classesOf(house, run)
  const swept = await runRetention(house.runtime.house, { by, before: house.clock.now() + day })
  assert.deepEqual([swept.classes, await classesOf(house, run)], [{}, before])
})

test('a run with a write whose outcome is unknown keeps its content until that is settled, and is named', async () => {
  await using house = await refundHouse({ page: { logging } })
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'commit_then_disconnect', times: 1 })
  const { run } = await house.play([call('send_reply', { ticket: 't_1', body: 'Hello.' }), say('?')])
  await house.clock.skip(200 * day)
  const swept = await runRetention(house.runtime.house, { by })
  assert.deepEqual([swept.unsettled, swept.streams], [[run], 0])
})

test('what is held stays, by run, by agent, by subject or everything, and is said', async () => {
  await using given = await oneRun()
  const { house, run, sweep } = given
  await house.clock.skip(200 * day)
  for (const scope of [`run:${run}`, 'agent:refunds', 'customer:c_1', 'everything']) {
    const { hold } = await placeHold(house.runtime.house, { scope, by })
    const told = await sweep()
    assert.deepEqual([told.held, told.streams], [[{ stream: `run/${run}`, hold }], 0], scope)
    await liftHold(house.runtime.house, { hold, by })
  }
  await placeHold(house.runtime.house, { scope: 'customer:c_2', by })
  assert.equal((await sweep()).streams, 1)
})

test('a question to people goes with the run that asked it', async () => {
  await using house = await refundHouse({ page: { logging } })
  const asked = await house.play([refund('in_1', '60.00'), say('Done.')])
  assert.ok(asked.status === 'waiting')
  const [{ id: approval }] = asked.approvals
  await house.answer(approval, { type: 'grant' })
  await house.settled(asked.run)
  const { ledger } = house.runtime.house
  assert.equal((await ledger.stored.of('default', `approval/${approval}`)).length, 1)
  await house.clock.skip(200 * day)
  await runRetention(house.runtime.house, { by })
  assert.deepEqual(await ledger.stored.of('default', `approval/${approval}`), [])
})
