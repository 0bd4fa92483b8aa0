/** Runs that wait for people: real runs at the real desk, on both ledgers where what they keep matters. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import type { RunResult } from '../run-handle.ts'

/** The question that the run waits with. */
function questionOf(result: RunResult): string {
  if (result.status !== 'waiting') throw new assert.AssertionError({ message: `the run is ${result.status}` })
  return result.approvals[0].id
}

const endings = async (house: RefundHouse, run: string) =>
  (await house.told(run)).map(({ outcome, code }) => code ?? outcome)

for (const database of ['memory', 'postgres'] as const) {
  test(`D12 a grant lets exactly one effect happen, and is used up by it (${database})`, async () => {
    await using house = await refundHouse({ database })
    const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
    assert.equal(house.desk.commits().length, 0)
    await house.answer(questionOf(waiting), { type: 'grant' })
    const result = await house.settled(waiting.run)
    assert.equal(result.status, 'done')
    assert.equal(house.desk.commits().length, 1)
    const [dispatched] = await house.bodies(waiting.run, 'effect.dispatched')
    const { approval } = await house.runtime.house.ledger.find('default', {
      approval: { read: 'approval', approval: questionOf(waiting) },
    })
    assert.deepEqual([approval?.status, approval?.consumed_by], ['granted', dispatched?.effect])
  })

  test(`of many people who answer at once one decides, and the desk sees one refund (${database})`, async () => {
    await using house = await refundHouse({ database })
    const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
    const answers = Array.from({ length: 12 }, (_, n) =>
      house.answer(questionOf(waiting), { type: 'grant' }, { by: `p${n}@acme.example` }),
    )
    const settled = await Promise.allSettled(answers)
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1)
    await house.settled(waiting.run)
    assert.equal(house.desk.commits().length, 1)
  })

  test(`D1 a digest that was denied is not asked again in the run, whatever the model says (${database})`, async () => {
    await using house = await refundHouse({ database })
    const waiting = await house.play([refund('in_1', '60.00'), refund('in_1', '60.00'), say('Sorry.')])
    await house.answer(questionOf(waiting), { type: 'deny', reason: 'not twice' })
    const result = await house.settled(waiting.run)
    assert.deepEqual(await endings(house, waiting.run), ['approval_denied', 'denied_before'])
    assert.equal(result.status, 'denied')
    assert.deepEqual(
      house.desk.arrivals().filter(({ method }) => method === 'POST'),
      [],
    )
  })
}

test('D1 a digest that nobody answered in time is not asked again in the run', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), refund('in_1', '60.00'), say('Sorry.')])
  await house.clock.skip(4 * 3_600_000 + 1)
  await house.until(async () => (await house.told(waiting.run)).length > 0)
  const result = await house.settled(waiting.run)
  assert.deepEqual(await endings(house, waiting.run), ['approval_expired', 'denied_before'])
  assert.equal(result.status, 'denied')
  assert.equal(house.desk.commits().length, 0)
})

test('D1 another amount is another action, and may be asked', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), refund('in_1', '61.00'), say('Done.')])
  await house.answer(questionOf(waiting), { type: 'deny', reason: 'a dollar more' })
  const again = await house.settled(waiting.run)
  assert.notEqual(questionOf(again), questionOf(waiting))
})

test('a denial tells the model who said no and why', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), say('Sorry.')])
  await house.answer(questionOf(waiting), { type: 'deny', reason: 'the lid is fine' })
  await house.settled(waiting.run)
  const [told] = await house.told(waiting.run)
  assert.match(JSON.stringify(told?.result), /finance` denied `request_refund`: the lid is fine/)
})

test('D12 when the facts changed while it waited the grant is superseded, and people are asked anew', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
  // Somebody refunds by hand meanwhile: 30.00 of the 100.00 are gone, so 60.00 are still to be had.
  const desk = await fetch(new URL('/refunds', house.desk.url), {
    method: 'POST',
    body: JSON.stringify({ invoice: 'in_1', amount_minor: 3_000, currency: 'usd', reason: 'by hand' }),
  })
  assert.equal(desk.status, 201)
  await house.answer(questionOf(waiting), { type: 'grant' })
  const again = await house.settled(waiting.run)
  assert.notEqual(questionOf(again), questionOf(waiting))
  assert.equal(house.desk.commits().length, 1)
  const { old } = await house.runtime.house.ledger.find('default', {
    old: { read: 'approval', approval: questionOf(waiting) },
  })
  assert.equal(old?.status, 'superseded')
  await house.answer(questionOf(again), { type: 'grant' })
  assert.equal((await house.settled(waiting.run)).status, 'done')
  assert.equal(house.desk.commits().length, 2)
})

test('D12 when the facts changed so that it is no longer possible, the grant is cancelled with the reason', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), say('Sorry.')])
  await fetch(new URL('/refunds', house.desk.url), {
    method: 'POST',
    body: JSON.stringify({ invoice: 'in_1', amount_minor: 9_000, currency: 'usd', reason: 'by hand' }),
  })
  await house.answer(questionOf(waiting), { type: 'grant' })
  await house.settled(waiting.run)
  assert.deepEqual(await endings(house, waiting.run), ['denied_by_check'])
  assert.equal(house.desk.commits().length, 1)
  const ended = await house.runtime.house.ledger.read('default', `approval/${questionOf(waiting)}`)
  assert.deepEqual([ended.at(-1)?.type, ended.at(-1)?.body.code], ['approval.cancelled', 'denied_by_check'])
})

test('D12 when the page was narrowed while it waited, the grant is cancelled with the reason', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), say('Sorry.')])
  await house.apply({ tools: { request_refund: { max_amount_usd: 50 } } })
  await house.answer(questionOf(waiting), { type: 'grant' })
  const result = await house.settled(waiting.run)
  assert.equal(result.status, 'denied')
  assert.equal(house.desk.commits().length, 0)
  const ended = await house.runtime.house.ledger.read('default', `approval/${questionOf(waiting)}`)
  assert.equal(ended.at(-1)?.type, 'approval.cancelled')
})

test('D12 more signatures asked for meanwhile are asked for, and the first ones are not enough', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
  await house.apply({ approvals: { high: [{ from: 'finance', count: 2, expires_in: '4h' }] } })
  await house.answer(questionOf(waiting), { type: 'grant' })
  const again = await house.settled(waiting.run)
  assert.notEqual(questionOf(again), questionOf(waiting))
  await house.answer(questionOf(again), { type: 'grant' }, { by: 'fay@acme.example' })
  await house.answer(questionOf(again), { type: 'grant' }, { by: 'flo@acme.example' })
  assert.equal((await house.settled(waiting.run)).status, 'done')
  assert.equal(house.desk.commits().length, 1)
})

test('D12 an edit is another action: its editor has signed, it is judged anew, and the first digest is blocked', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), refund('in_1', '60.00'), say('Done.')])
  const edit = { invoice: 'in_1', amount: '55.00', reason: 'the lid alone' }
  await house.answer(questionOf(waiting), { type: 'edit', arguments: edit })
  const result = await house.settled(waiting.run)
  assert.equal(result.status, 'done')
  assert.deepEqual(
    house.desk.commits().map(({ amount_minor, text }) => [amount_minor, text]),
    [[5_500, 'the lid alone']],
  )
  assert.deepEqual(await endings(house, waiting.run), ['result', 'denied_before'])
})

test('D12 an edit needs as many signatures as the page asks, and those given to the first action fall', async () => {
  const page = { approvals: { high: [{ from: 'finance', count: 2, expires_in: '4h' }] } }
  await using house = await refundHouse({ page })
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
  await house.answer(questionOf(waiting), { type: 'grant' }, { by: 'flo@acme.example' })
  const edit = { invoice: 'in_1', amount: '55.00', reason: '' }
  await house.answer(questionOf(waiting), { type: 'edit', arguments: edit }, { by: 'fay@acme.example' })
  const again = await house.settled(waiting.run)
  assert.equal(house.desk.commits().length, 0)
  await house.answer(questionOf(again), { type: 'grant' }, { by: 'flo@acme.example' })
  assert.equal((await house.settled(waiting.run)).status, 'done')
  assert.equal(house.desk.commits()[0]?.amount_minor, 5_500)
})

test('D12 an edit below the threshold needs nobody else, and one beyond the page is refused', async () => {
  await using house = await refundHouse({ page: { tools: { request_refund: { max_amount_usd: 70 } } } })
  const below = await house.play([refund('in_1', '60.00'), say('Done.')])
  await house.answer(questionOf(below), { type: 'edit', arguments: { invoice: 'in_1', amount: '20.00', reason: '' } })
  assert.equal((await house.settled(below.run)).status, 'done')
  const beyond = await house.play([refund('in_2', '60.00'), say('Done.')])
  await house.answer(questionOf(beyond), { type: 'edit', arguments: { invoice: 'in_2', amount: '80.00', reason: '' } })
  assert.equal((await house.settled(beyond.run)).status, 'denied')
  assert.deepEqual(
    house.desk.commits().map(({ amount_minor }) => amount_minor),
    [2_000],
  )
})

test('an edit that is no such action is told to the model as what is wrong with it', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), say('Sorry.')])
  await house.answer(questionOf(waiting), { type: 'edit', arguments: { invoice: 'in_1', amount: 'much' } })
  await house.settled(waiting.run)
  assert.deepEqual(await endings(house, waiting.run), ['arguments_invalid'])
  assert.equal(house.desk.commits().length, 0)
})

test('D12 an edited write keeps its place before the writes that were proposed after it', async () => {
  await using house = await refundHouse()
  const both = {
    calls: [
      { tool: 'request_refund', input: { invoice: 'in_1', amount: '60.00' } },
      { tool: 'request_refund', input: { invoice: 'in_2', amount: '10.00' } },
    ],
  }
  const waiting = await house.play([both, say('Done.')])
  await house.answer(questionOf(waiting), { type: 'edit', arguments: { invoice: 'in_1', amount: '20.00' } })
  await house.settled(waiting.run)
  assert.deepEqual(
    house.desk.commits().map(({ invoice }) => invoice),
    ['in_1', 'in_2'],
  )
})

test('D10 a dry run above the threshold asks nobody, sends nothing, and says who would be asked', async () => {
  await using house = await refundHouse({ page: { agent: { stage: 'draft' } } })
  const dry = { calls: [{ tool: 'request_refund', input: { invoice: 'in_1', amount: '60.00', dry_run: true } }] }
  const result = await house.play([dry, say('It would work.')])
  assert.equal(result.status, 'done')
  const [told] = await house.told(result.run)
  assert.equal(told?.outcome, 'preview')
  assert.match(JSON.stringify(told?.result), /"left":\{"currency":"usd","minor":4000\}/)
  assert.deepEqual(
    house.desk.arrivals().filter(({ method }) => method === 'POST'),
    [],
  )
})
