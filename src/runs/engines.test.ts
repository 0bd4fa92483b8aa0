/** Who may move a run: several engines on one PostgreSQL, one on a file, and whatever runs are not theirs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say, until } from '../../test/refund-house.ts'
import { skippingClock } from '../../test/skipping-clock.ts'
import { systemClock } from '../clock.ts'
import { settleEffect } from '../commands/settle-effect.ts'
import { isCharterError } from '../errors.ts'
import type { Tool } from '../tools/tool.ts'

const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')

test('D9 two engines on one database share the runs, and each run is moved by one of them', async () => {
  await using house = await refundHouse({ database: 'postgres', options: { concurrency: 2 } })
  await using other = await house.another()
  const runs = await Promise.all(
    Array.from({ length: 9 }, (_, n) => (n % 2 ? house : other).start([refund(`in_${n + 1}`), say('Done.')])),
  )
  const engines = new Set<string>()
  for (const run of runs) {
    assert.equal((await house.settled(run)).status, 'done')
    const movers = new Set(
      (await house.events(run)).map(({ actor }) => actor).filter((actor) => actor.startsWith('engine:')),
    )
    assert.equal(movers.size, 1)
    for (const mover of movers) engines.add(mover)
  }
  assert.equal(sendings(house).length, 9)
  assert.equal(house.desk.commits().length, 9)
})

test("D4 times in the ledger are held against the database's clock: a question of an engine whose own is an hour ahead expires in time", async () => {
  const clock = skippingClock()
  await clock.skip(3_600_000)
  const approvals = { high: [{ from: 'finance', count: 1, expires_in: '1s' }] }
  await using house = await refundHouse({ database: 'postgres', clock, page: { approvals } })
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
  assert.equal(waiting.status, 'waiting')
  await house.until(async () => (await house.settled(waiting.run)).status !== 'waiting')
  assert.deepEqual(
    (await house.told(waiting.run)).map(({ code }) => code),
    ['approval_expired'],
  )
})

test("D4 a process whose own clock is an hour ahead knows the time by the database's clock", async () => {
  const clock = skippingClock()
  await clock.skip(3_600_000)
  await using house = await refundHouse({ database: 'postgres', clock })
  const { ledger, tenant } = house.runtime.house
  await ledger.find(tenant, { stops: { read: 'stops' } })
  assert.ok(Math.abs(ledger.now() - systemClock.now()) < 2_000)
})

/** Refunds as the kit makes them, but nobody sees the first answer before `open`. */
function answerHeldBack() {
  const gate = Promise.withResolvers<void>()
  let calls = 0
  const tools = (own: readonly Tool[]) =>
    own.map((tool) => {
      if (tool.name !== 'request_refund') return tool
      const execute: Tool['execute'] = async (input, sending) => {
        calls += 1
        const isFirst = calls === 1
        const answer = await tool.execute(input, { ...sending, signal: new AbortController().signal })
        if (isFirst) await gate.promise
        return answer
      }
      return { ...tool, execute }
    })
  return { tools, open: () => gate.resolve() }
}

/** A run on PostgreSQL whose engine is paused while the desk's answer is on its way. */
async function pausedAmidRefund() {
  const { tools, open } = answerHeldBack()
  const clock = skippingClock()
  const paused = await refundHouse({ database: 'postgres', options: { leaseMs: 300 }, clock, tools })
  const run = await paused.start([refund('in_1'), say('Done.')])
  await paused.until(() => paused.desk.commits().length === 1)
  clock.freeze()
  return { paused, run, open, clock, [Symbol.asyncDispose]: () => paused[Symbol.asyncDispose]() }
}

test('D9 an engine that was paused finds its lease gone: nothing it still appends is kept, and nothing is done twice', async () => {
  await using amid = await pausedAmidRefund()
  const { paused, run } = amid
  await using other = await paused.another({ options: {}, clock: skippingClock() })
  assert.equal((await other.settled(run)).status, 'done')
  const before = await other.events(run)
  amid.open()
  amid.clock.thaw()
  await paused.runtime.close()
  const engines = [...new Set(before.map(({ actor }) => actor).filter((actor) => actor.startsWith('engine:')))]
  assert.equal(engines.length, 2)
  assert.equal(before.find(({ actor }) => actor === engines[1])?.type, 'run.recovered')
  assert.deepEqual(await other.events(run), before)
  assert.equal(paused.desk.commits().length, 1)
  assert.equal(new Set(sendings(paused).map(({ idempotency_key }) => idempotency_key)).size, 1)
})

test('D9 an append under a lease that another engine has taken is refused, though nobody has appended since', async () => {
  await using amid = await pausedAmidRefund()
  const { paused, run } = amid
  const { leases } = paused.runtime.house.ledger
  await until(async () => (await leases.take('default', run, 'eng_other', 60_000)) !== undefined, systemClock)
  const before = await paused.events(run)
  amid.open()
  await until(() => paused.errors.length > 0, systemClock)
  assert.deepEqual(
    paused.errors.map((error) => isCharterError(error) && error.code),
    ['ledger_lease_lost'],
  )
  amid.clock.thaw()
  // What came of the attempt is known all the same, and accepted under any lease.
  const stories = async () => (await paused.events(run)).slice(before.length).map(({ type, actor }) => [type, actor])
  await until(async () => (await stories()).length > 0, systemClock)
  assert.deepEqual(await stories(), [['effect.committed', 'late']])
})

test('D9 an append onto a head that has moved is refused, and the run goes on from what stands there', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'commit_then_disconnect', times: 1 })
  house.desk.setFault({ method: 'GET', path: '/tickets/:id', fault: 'hang', times: 1 })
  const reply = call('send_reply', { ticket: 't_1', body: 'Hello.' })
  const run = await house.start([reply, call('get_ticket', { ticket: 't_1' }), reply, say('Done.')])
  await house.until(() => house.desk.arrivals().some(({ method }) => method === 'GET'))
  const settlement = { effect: `${run}:1.1`, outcome: 'committed' as const, by: 'ops@acme.example' }
  await settleEffect(house.runtime.house, settlement)
  await house.clock.skip(10_000)
  assert.equal((await house.settled(run)).status, 'done')
  const types = (await house.events(run)).map(({ type }) => type)
  assert.equal(types[types.indexOf('effect.committed') + 1], 'run.recovered')
  assert.equal(sendings(house).length, 1)
})

test('D9 a second engine on one file is refused, by the name of the first', async () => {
  await using house = await refundHouse({ database: 'file' })
  await assert.rejects(house.another(), { code: 'ledger_locked' })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  assert.equal((await house.settled(run)).status, 'done')
})

test('D9 a process without an engine starts runs and answers questions, and the engine of the file goes on', async () => {
  await using house = await refundHouse({ database: 'file' })
  await using door = await house.another({ options: { engine: false } })
  const waiting = await door.play([refund('in_1', '60.00'), say('Done.')])
  assert.ok(waiting.status === 'waiting')
  await door.answer(waiting.approvals[0].id, { type: 'grant' })
  assert.equal((await door.settled(waiting.run)).status, 'done')
  assert.equal(house.desk.commits().length, 1)
})

test('an engine leaves the runs of another environment alone, however many wait, and moves its own', async () => {
  await using house = await refundHouse({ database: 'file', options: { concurrency: 1 } })
  await using elsewhere = await house.another({ options: { engine: false, environment: 'prod' } })
  const theirs = await Promise.all([1, 2, 3].map(() => elsewhere.start([say('Done.')])))
  assert.equal((await house.play([say('Done.')])).status, 'done')
  for (const run of theirs)
    assert.deepEqual(
      (await house.events(run)).map(({ type }) => type),
      ['run.started'],
    )
})

test('an agent without tools is asked its question, and its run is done with the answer', async () => {
  const none = Object.fromEntries(
    ['get_invoice', 'get_ticket', 'search_policy', 'request_refund', 'refund_by_lookup', 'send_reply', 'add_note'].map(
      (name) => [name, null],
    ),
  )
  await using house = await refundHouse({ page: { tools: none }, tools: () => [] })
  const result = await house.play([say('Forty-two.')])
  assert.deepEqual([result.status, result.status === 'done' && result.output], ['done', 'Forty-two.'])
  const [prompt = ''] = house.prompts
  assert.ok(!prompt.includes('inputSchema'), 'it is shown none')
})
