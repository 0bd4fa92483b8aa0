/** Writes that meet at one subject or one business key: real runs side by side at the real desk. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { settleEffect } from '../commands/settle-effect.ts'
import type { Tool } from '../tools/tool.ts'

const refunds = { method: 'POST', path: '/refunds' }
const replies = { method: 'POST', path: '/tickets/:id/replies' }
const reply = (ticket: string) => call('send_reply', { ticket, body: 'It is on its way.' })

const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')
const codes = async (house: RefundHouse, run: string) =>
  (await house.told(run)).map(({ outcome, code }) => code ?? outcome)

/** A refund that waits two seconds at most, where the one of the kit waits ten. */
const withImpatient = (own: readonly Tool[]): readonly Tool[] => [
  ...own.filter(({ name }) => name !== 'refund_by_lookup'),
  ...own.flatMap((tool) =>
    tool.name === 'request_refund' ? [{ ...tool, name: 'refund_by_lookup', deadlineMs: 2_000 }] : [],
  ),
]

for (const database of ['memory', 'postgres'] as const) {
  test(`D8 a write waits while another is under way on its subject, and then goes on (${database})`, async () => {
    await using house = await refundHouse({ database })
    house.desk.setFault({ ...refunds, fault: 'delay', ms: 60, times: 1 })
    const first = await house.start([refund('in_1', '40.00'), say('Done.')])
    await house.until(() => sendings(house).length === 1)
    const second = await house.play([refund('in_1', '30.00'), say('Done.')])
    await house.settled(first)
    assert.equal(second.status, 'done')
    assert.deepEqual(
      house.desk.commits().map(({ amount_minor }) => amount_minor),
      [4_000, 3_000],
    )
  })

  test(`D8 what waited is judged on what the other left: together no more than was paid (${database})`, async () => {
    await using house = await refundHouse({
      database,
      page: { tools: { request_refund: { require_approval_over_usd: 100 } } },
    })
    house.desk.setFault({ ...refunds, fault: 'delay', ms: 60, times: 1 })
    const first = await house.start([refund('in_1', '70.00'), say('Done.')])
    await house.until(() => sendings(house).length === 1)
    const second = await house.play([refund('in_1', '40.00'), say('Sorry.')])
    await house.settled(first)
    assert.deepEqual(await codes(house, second.run), ['denied_by_check'])
    assert.equal(sendings(house).length, 1)
  })

  test(`D8 while an effect is unknown nothing is sent to its subject, in any run, until somebody settles it (${database})`, async () => {
    await using house = await refundHouse({ database })
    house.desk.setFault({ ...replies, fault: 'commit_then_disconnect', times: 1 })
    const first = await house.play([reply('t_1'), call('send_reply', { ticket: 't_1', body: 'Once more.' }), say('?')])
    assert.deepEqual(await codes(house, first.run), ['effect_unknown', 'effect_unresolved'])
    const second = await house.play([reply('t_1'), say('Sorry.')])
    assert.deepEqual(await codes(house, second.run), ['effect_unresolved'])
    const elsewhere = await house.play([reply('t_2'), say('Done.')])
    assert.deepEqual(await codes(house, elsewhere.run), ['result'])
    const settlement = { effect: `${first.run}:1.1`, outcome: 'committed' as const, by: 'ops@acme.example' }
    await settleEffect(house.runtime.house, settlement)
    const third = await house.play([reply('t_1'), say('Done.')])
    assert.deepEqual(await codes(house, third.run), ['result'])
  })

  test(`D8 of runs that race for what may be done once exactly one does it (${database})`, async () => {
    await using house = await refundHouse({
      database,
      page: { tools: { request_refund: { once: { per: 'customer', within: '30d' } } } },
    })
    // Invoices of one customer: no two of the runs meet at their subject.
    const invoices = ['in_1', 'in_3', 'in_5', 'in_7', 'in_9']
    const runs = await Promise.all(invoices.map((invoice) => house.start([refund(invoice), say('Done.')])))
    const results = await Promise.all(runs.map((run) => house.settled(run)))
    assert.equal(house.desk.commits().length, 1)
    assert.equal(results.filter(({ status }) => status === 'done').length, 1)
    const told = (await Promise.all(runs.map((run) => codes(house, run)))).flat().sort()
    assert.deepEqual([...new Set(told)], ['business_key_taken', 'result'])
  })
}

test('D8 a write that waited to its own deadline is told that its subject is busy', async () => {
  await using house = await refundHouse({ tools: withImpatient })
  house.desk.setFault({ ...refunds, fault: 'hang', times: 1 })
  const first = await house.start([refund('in_1'), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  const second = await house.start([call('refund_by_lookup', { invoice: 'in_1', amount: '5.00' }), say('Sorry.')])
  await house.until(async () => (await house.bodies(second, 'turn.started')).length === 1)
  await house.clock.wait(50)
  await house.clock.skip(2_100)
  await house.settled(second)
  assert.deepEqual(await codes(house, second), ['subject_busy'])
  await house.clock.skip(8_000)
  await house.settled(first)
  assert.equal(house.desk.commits().length, 1)
})

test('D8 a tool without subjects is held against its own run only', async () => {
  const nowhere = (own: readonly Tool[]) =>
    own.map((tool) => (tool.name === 'send_reply' ? { ...tool, subjects: () => ({}) } : tool))
  await using house = await refundHouse({ tools: nowhere })
  house.desk.setFault({ ...replies, fault: 'commit_then_disconnect', times: 1 })
  const first = await house.play([reply('t_1'), reply('t_2'), say('?')])
  assert.deepEqual(await codes(house, first.run), ['effect_unknown', 'effect_unresolved'])
  const second = await house.play([reply('t_1'), say('Done.')])
  assert.deepEqual(await codes(house, second.run), ['result'])
})

test('D8 what may be done once may be done again after its window', async () => {
  await using house = await refundHouse({
    page: { tools: { request_refund: { once: { per: 'invoice', within: '1d' } } } },
  })
  await house.play([refund('in_1', '1.00'), say('Done.')])
  assert.deepEqual(await codes(house, (await house.play([refund('in_1', '2.00'), say('Sorry.')])).run), [
    'business_key_taken',
  ])
  await house.clock.skip(86_400_001)
  assert.deepEqual(await codes(house, (await house.play([refund('in_1', '3.00'), say('Done.')])).run), ['result'])
})

test('D8 the same key starts one run, also when it is said many times at once', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'delay', ms: 30 })
  const turns = [refund('in_1'), say('Done.')]
  const first = await house.start(turns, { key: 'ZD-1', input: { conversation: 'c1' } })
  const again = await Promise.all(
    Array.from({ length: 5 }, () => house.start(turns, { key: 'ZD-1', input: { conversation: 'c1' } })),
  )
  assert.deepEqual(new Set(again), new Set([first]))
  await house.settled(first)
  assert.equal(house.desk.commits().length, 1)
  await assert.rejects(house.start(turns, { key: 'ZD-1' }), { code: 'start_key_reused' })
})
