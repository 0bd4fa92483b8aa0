/** What may happen changes while runs are open: pages, grants, limits. Real runs, on both ledgers where sums are kept. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { issueGrant, narrowGrant, revokeGrant } from '../commands/change-grant.ts'
import { settleEffect } from '../commands/settle-effect.ts'

const codes = async (house: RefundHouse, run: string) =>
  (await house.told(run)).map(({ outcome, code }) => code ?? outcome)
const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')
const refunded = ({ desk }: RefundHouse) =>
  desk.commits().reduce((sum, { amount_minor }) => sum + (amount_minor ?? 0), 0)

/** A run that waits for a question, so that something can change before its next turn. */
async function paused(house: RefundHouse, ...then: Parameters<RefundHouse['play']>[0]) {
  const waiting = await house.play([refund('in_2', '60.00'), ...then])
  assert.ok(waiting.status === 'waiting')
  const question = waiting.approvals[0].id
  return {
    run: waiting.run,
    goOn: async () => {
      await house.answer(question, { type: 'deny', reason: 'only a pause' })
      return house.settled(waiting.run)
    },
  }
}

test('P5 a narrowing bites an open run at its next dispatch', async () => {
  await using house = await refundHouse()
  const { run, goOn } = await paused(house, refund('in_1', '10.00'), say('Sorry.'))
  await house.apply({ tools: { request_refund: { max_amount_usd: 5 } } })
  await goOn()
  assert.deepEqual(await codes(house, run), ['approval_denied', 'denied_by_policy'])
  assert.equal(sendings(house).length, 0)
})

test('P5 a page that is applied between judgement and dispatch is the one that the dispatch goes by', async () => {
  await using house = await refundHouse()
  // The first refund is under way, so the second is judged, and waits to be sent.
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'delay', ms: 100, times: 1 })
  const first = await house.start([refund('in_1', '10.00'), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  const second = await house.start([refund('in_1', '9.00'), say('Sorry.')])
  await house.until(async () => (await house.bodies(second, 'turn.started')).length === 1)
  await house.apply({ tools: { request_refund: { max_amount_usd: 5 } } })
  await house.settled(first)
  await house.settled(second)
  assert.deepEqual(await codes(house, second), ['denied_by_policy'])
})

test('P5 a widening never reaches an open run, and reaches the next', async () => {
  const at = (threshold: number) => ({ tools: { request_refund: { require_approval_over_usd: threshold } } })
  await using house = await refundHouse({ page: at(15) })
  const { goOn } = await paused(house, refund('in_1', '30.00'), say('Sorry.'))
  await house.apply(at(80))
  assert.equal((await goOn()).status, 'waiting')
  const fresh = await house.play([refund('in_1', '70.00'), say('Done.')])
  assert.deepEqual(await codes(house, fresh.run), ['result'])
})

test('P5 the tools that a wider page allows are not shown to a run that began before', async () => {
  await using house = await refundHouse({ page: { tools: { add_note: null } } })
  const { goOn } = await paused(house, say('Sorry.'))
  await house.apply({})
  await goOn()
  assert.ok(house.prompts.every((prompt) => !prompt.includes('add_note')))
})

for (const database of ['memory', 'postgres'] as const) {
  test(`D13 runs that race for a limit never move more than it together (${database})`, async () => {
    await using house = await refundHouse({
      database,
      page: { tools: { request_refund: { limits: { amount_usd: { per: 'customer', within: '24h', max: 50 } } } } },
    })
    // Each its own invoice of one customer: the limit alone holds them together.
    const invoices = ['in_1', 'in_3', 'in_5', 'in_7', 'in_9']
    const runs = await Promise.all(invoices.map((invoice) => house.start([refund(invoice, '20.00'), say('Done.')])))
    await Promise.all(runs.map((run) => house.settled(run)))
    assert.equal(refunded(house), 4_000)
    const told = (await Promise.all(runs.map((run) => codes(house, run)))).flat().sort()
    assert.deepEqual(told, ['limit_exceeded', 'limit_exceeded', 'limit_exceeded', 'result', 'result'])
    const other = await house.play([refund('in_2', '20.00'), say('Done.')])
    assert.deepEqual(await codes(house, other.run), ['result'])
  })

  test(`D13 an effect that is unknown holds its money until somebody settles it (${database})`, async () => {
    await using house = await refundHouse({
      database,
      page: { tools: { request_refund: { limits: { amount_usd: { per: 'customer', within: '24h', max: 50 } } } } },
    })
    house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'fail', times: 3 })
    const first = await house.play([refund('in_1', '40.00'), say('?')])
    assert.deepEqual(await codes(house, first.run), ['effect_unknown'])
    const second = await house.play([refund('in_3', '20.00'), say('Sorry.')])
    assert.deepEqual(await codes(house, second.run), ['limit_exceeded'])
    const settlement = { effect: `${first.run}:1.1`, outcome: 'not_committed' as const, by: 'ops@acme.example' }
    await settleEffect(house.runtime.house, settlement)
    const third = await house.play([refund('in_3', '20.00'), say('Done.')])
    assert.deepEqual(await codes(house, third.run), ['result'])
  })
}

test('D4 an effect that is sent again does not stand in its own way at its limit', async () => {
  await using house = await refundHouse({
    page: {
      tools: {
        request_refund: {
          limits: { amount_usd: { per: 'customer', within: '24h', max: 50 } },
          once: { per: 'invoice', within: '30d' },
        },
      },
    },
  })
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'fail', times: 2 })
  const { run } = await house.play([refund('in_1', '40.00'), say('Done.')])
  assert.deepEqual(await codes(house, run), ['result'])
  assert.equal(sendings(house).length, 3)
})

test('a limit counts over its window, which moves on', async () => {
  await using house = await refundHouse({
    page: { tools: { request_refund: { limits: { amount_usd: { per: 'customer', within: '24h', max: 50 } } } } },
  })
  await house.play([refund('in_1', '40.00'), say('Done.')])
  await house.clock.skip(86_400_000 - 5_000)
  assert.deepEqual(await codes(house, (await house.play([refund('in_3', '40.00'), say('Sorry.')])).run), [
    'limit_exceeded',
  ])
  await house.clock.skip(5_001)
  assert.deepEqual(await codes(house, (await house.play([refund('in_3', '40.00'), say('Done.')])).run), ['result'])
})

const grantOf = async (house: RefundHouse, run: string) => (await house.bodies(run, 'run.started'))[0]?.grant ?? ''

test('D13 revoking the grant of an open run stops its next write', async () => {
  await using house = await refundHouse()
  const { run, goOn } = await paused(house, refund('in_1', '10.00'), say('Sorry.'))
  await revokeGrant(house.runtime.house, await grantOf(house, run), 'ops@acme.example', 'no longer')
  await goOn()
  assert.deepEqual(await codes(house, run), ['approval_denied', 'grant_invalid'])
  assert.equal(sendings(house).length, 0)
})

test('a grant names the subjects that its run may touch', async () => {
  await using house = await refundHouse({ page: { tools: { request_refund: { subject: 'invoice' } } } })
  const { run } = await house.play([refund('in_1'), refund('in_2'), say('Done.')], { subjects: { invoice: ['in_1'] } })
  assert.deepEqual(await codes(house, run), ['result', 'grant_invalid'])
})

test('a grant that has run out covers nothing more', async () => {
  await using house = await refundHouse()
  const until = house.clock.now() + 3_600_000
  const waiting = await house.play([refund('in_2', '60.00'), refund('in_1'), say('Sorry.')], { until })
  assert.ok(waiting.status === 'waiting')
  await house.clock.skip(3_600_001)
  await house.answer(waiting.approvals[0].id, { type: 'grant' })
  await house.settled(waiting.run)
  assert.deepEqual(await codes(house, waiting.run), ['grant_invalid', 'grant_invalid'])
})

test('D13 grants handed on are debited from every grant above, and end with it', async () => {
  await using house = await refundHouse()
  const { house: open } = house.runtime
  const by = 'owner@acme.example'
  const above = await issueGrant(open, { agent: 'refunds', by, uses: 2 })
  const below = await narrowGrant(open, above.grant, { agent: 'refunds', by, uses: 2 })
  const other = await narrowGrant(open, above.grant, { agent: 'refunds', by, uses: 2 })
  const under = (grant: string, invoice: string) => house.play([refund(invoice, '1.00'), say('Done.')], { grant })
  assert.deepEqual(await codes(house, (await under(below.grant, 'in_1')).run), ['result'])
  assert.deepEqual(await codes(house, (await under(other.grant, 'in_2')).run), ['result'])
  assert.deepEqual(await codes(house, (await under(below.grant, 'in_3')).run), ['grant_invalid'])
  const fresh = await issueGrant(open, { agent: 'refunds', by })
  const narrowed = await narrowGrant(open, fresh.grant, { agent: 'refunds', by })
  const waiting = await house.play([refund('in_4', '60.00'), say('Sorry.')], { grant: narrowed.grant, key: 'ZD-4' })
  assert.ok(waiting.status === 'waiting')
  await revokeGrant(open, fresh.grant, by)
  await house.answer(waiting.approvals[0].id, { type: 'grant' })
  await house.settled(waiting.run)
  assert.deepEqual(await codes(house, waiting.run), ['grant_invalid'])
  await assert.rejects(under(narrowed.grant, 'in_5'), { code: 'grant_invalid' })
})
