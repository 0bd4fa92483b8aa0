/** What comes of a model's answers: reads together, writes in order, repetition, silence, tools that fail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, calls, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import type { Transaction } from '../ledger/ledger.ts'
import type { Read } from '../ledger/reads.ts'
import type { Tool } from '../tools/tool.ts'

const codes = async (house: RefundHouse, run: string) =>
  (await house.told(run)).map(({ outcome, code }) => code ?? outcome)
const sent = ({ desk }: RefundHouse) => desk.arrivals().map(({ method, path }) => `${method} ${path}`)

/** Appends to run streams from here on, each with the types of its events. */
function appendsOf({ runtime }: RefundHouse): string[][] {
  const { ledger } = runtime.house
  const appends: string[][] = []
  const transact = ledger.transact.bind(ledger)
  ledger.transact = <const Reads extends Readonly<Record<string, Read>>, Answer>(work: Transaction<Reads, Answer>) =>
    transact({
      ...work,
      decide: (found, now) => {
        const decided = work.decide(found, now)
        for (const { stream, events } of decided.append)
          if (stream.startsWith('run/')) appends.push(events.map(({ type }) => type))
        return decided
      },
    })
  return appends
}

test('D3 a turn of reads is one append with the reservation of the next, and no read is dispatched', async () => {
  await using house = await refundHouse()
  const appends = appendsOf(house)
  const three = calls(
    ['get_invoice', { invoice: 'in_1' }],
    ['get_ticket', { ticket: 't_1' }],
    ['search_policy', { query: 'refunds' }],
  )
  const { run } = await house.play([three, call('get_invoice', { invoice: 'in_2' }), say('Done.')])
  const ofRead = ['action.judged', 'action.returned']
  assert.deepEqual(
    appends.map((types) => types.filter((type) => !ofRead.includes(type))),
    [
      ['run.started'],
      ['turn.started'],
      ['turn.answered', 'action.proposed', 'action.proposed', 'action.proposed', 'turn.started'],
      ['turn.answered', 'action.proposed', 'turn.started'],
      ['turn.answered', 'run.ended'],
    ],
  )
  assert.deepEqual(await house.bodies(run, 'effect.dispatched'), [])
  assert.equal((await house.bodies(run, 'action.returned')).length, 4)
})

test('D3 a read that sends data out is dispatched as a write is', async () => {
  const sendsOut = (own: readonly Tool[]) =>
    own.map((tool) => (tool.name === 'search_policy' ? { ...tool, egress: true, atMostOnce: true } : tool))
  await using house = await refundHouse({ tools: sendsOut })
  const { run } = await house.play([call('search_policy', { query: 'refunds' }), say('Done.')])
  assert.equal((await house.bodies(run, 'effect.dispatched')).length, 1)
  assert.deepEqual(await codes(house, run), ['result'])
})

test('L3 the outcome of a write is not held back by slow reads that come after it', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'GET', path: '/tickets/:id', fault: 'hang' })
  const turn = calls(['request_refund', { invoice: 'in_1', amount: '10.00' }], ['get_ticket', { ticket: 't_1' }])
  const run = await house.start([turn, say('Done.')])
  await house.until(() => sent(house).includes('GET /tickets/t_1'))
  await house.until(async () => (await house.bodies(run, 'effect.committed')).length === 1)
  assert.equal((await house.bodies(run, 'action.returned')).length, 1)
  await house.clock.skip(10_000)
  await house.settled(run)
})

test('D11 reads of a turn are under way together', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'GET', path: '/*', fault: 'hang' })
  const run = await house.start([
    calls(['get_invoice', { invoice: 'in_1' }], ['get_ticket', { ticket: 't_1' }]),
    say('?'),
  ])
  await house.until(() => sent(house).length === 2)
  await house.clock.skip(10_000)
  await house.settled(run)
  assert.deepEqual(await codes(house, run), ['tool_timeout', 'tool_timeout'])
})

test('D11 writes of a turn are sent one at a time, each judged on what the one before it left', async () => {
  await using house = await refundHouse({ page: { tools: { request_refund: { require_approval_over_usd: 90 } } } })
  const turn = calls(
    ['request_refund', { invoice: 'in_1', amount: '80.00' }],
    ['get_invoice', { invoice: 'in_1' }],
    ['request_refund', { invoice: 'in_1', amount: '30.00' }],
  )
  const { run } = await house.play([turn, say('Done.')])
  assert.deepEqual(await codes(house, run), ['result', 'result', 'denied_by_check'])
  const [, read] = await house.told(run)
  assert.deepEqual(JSON.parse(JSON.stringify(read?.result ?? {})).refunded, { minor: 8_000, currency: 'usd' })
})

test('D11 after a refused write the turn’s later writes are handed back, and its reads are not', async () => {
  await using house = await refundHouse()
  const turn = calls(
    ['request_refund', { invoice: 'in_1', amount: '120.00' }],
    ['get_invoice', { invoice: 'in_1' }],
    ['request_refund', { invoice: 'in_2', amount: '10.00' }],
  )
  const { run } = await house.play([turn, say('Sorry.')])
  assert.deepEqual(await codes(house, run), ['denied_by_check', 'result', 'not_attempted'])
  assert.equal(house.desk.commits().length, 0)
})

test('D11 after an unknown write the turn’s later writes are handed back', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'fail', times: 1 })
  const turn = calls(
    ['send_reply', { ticket: 't_1', body: 'Hello.' }],
    ['request_refund', { invoice: 'in_2', amount: '10.00' }],
  )
  const { run } = await house.play([turn, say('Sorry.')])
  assert.deepEqual(await codes(house, run), ['effect_unknown', 'not_attempted'])
  assert.equal(house.desk.commits().length, 0)
})

for (const database of ['memory', 'postgres'] as const)
  test(`D10 a committed write that is proposed again returns its first result, and is not sent (${database})`, async () => {
    await using house = await refundHouse({ database })
    const { run } = await house.play([refund('in_1'), refund('in_1'), say('Done.')])
    const [first, again] = await house.told(run)
    assert.deepEqual([again?.outcome, again?.result], ['replayed', first?.result])
    assert.equal(house.desk.commits().length, 1)
    const other = await house.play([refund('in_1'), say('Done.')])
    assert.deepEqual(await codes(house, other.run), ['result'])
  })

test('D10 a read is answered from before, until the run writes', async () => {
  await using house = await refundHouse()
  const read = call('get_ticket', { ticket: 't_1' })
  const note = call('add_note', { ticket: 't_1', body: 'looked' })
  const { run } = await house.play([read, read, note, read, say('Done.')])
  assert.deepEqual(await codes(house, run), ['result', 'replayed', 'result', 'result'])
  assert.equal(sent(house).filter((line) => line === 'GET /tickets/t_1').length, 2)
})

test('D10 a model that makes one call again and again is handed to people, not spun on', async () => {
  await using house = await refundHouse()
  const loop = { ...call('get_ticket', { ticket: 't_1' }), misbehave: { mode: 'loop' as const } }
  const result = await house.play([loop])
  assert.deepEqual([result.status, result.code], ['handed_off', 'loop'])
  assert.equal((await house.bodies(result.run, 'turn.started')).length, 3)
  assert.equal(sent(house).length, 1)
})

test('D10 a model that makes one refused call again and again is handed to people', async () => {
  await using house = await refundHouse({ page: { agent: { per_step: { retries: 9 } } } })
  const loop = { ...refund('in_1', '120.00'), misbehave: { mode: 'loop' as const } }
  const result = await house.play([loop])
  assert.deepEqual([result.status, result.code], ['handed_off', 'loop'])
})

test('D10 a model that is silent three times is stuck', async () => {
  await using house = await refundHouse({ page: { agent: { per_step: { retries: 9 } } } })
  const run = await house.start([{ say: 'x', misbehave: { mode: 'hang' } }])
  for (const turn of [1, 2, 3]) {
    await house.until(async () => (await house.bodies(run, 'turn.started')).length === turn)
    await house.clock.wait(20)
    await house.clock.skip(120_000)
  }
  const result = await house.settled(run)
  assert.deepEqual([result.status, result.code], ['handed_off', 'stuck'])
})

test('D10 a tool that is silent three times is stuck', async () => {
  await using house = await refundHouse({ page: { agent: { per_step: { retries: 9 } } } })
  house.desk.setFault({ method: 'GET', path: '/invoices/:id', fault: 'hang' })
  const run = await house.start(['in_1', 'in_2', 'in_3'].map((invoice) => call('get_invoice', { invoice })))
  for (const turn of [1, 2, 3]) {
    await house.until(() => sent(house).length === turn)
    await house.clock.skip(10_000)
  }
  const result = await house.settled(run)
  assert.deepEqual([result.status, result.code], ['handed_off', 'stuck'])
})

test('D10 writes that nobody answers in time are silence as reads are: three of them are stuck', async () => {
  await using house = await refundHouse({ page: { agent: { per_step: { retries: 9 } } } })
  house.desk.setFault({ path: '/refunds', fault: 'hang' })
  house.desk.setFault({ path: '/tickets/:id/replies', fault: 'hang' })
  const reply = (ticket: string) => call('send_reply', { ticket, body: 'Dear you.' })
  const run = await house.start([refund('in_1'), reply('t_1'), reply('t_2'), say('Done.')])
  const writes = () => house.desk.arrivals().filter(({ method }) => method === 'POST').length
  // The refund is sent three times under its key, each reply once.
  for (const write of [1, 2, 3, 4, 5]) {
    await house.until(() => writes() === write)
    await house.clock.skip(10_000)
  }
  const result = await house.settled(run)
  assert.deepEqual([result.status, result.code], ['handed_off', 'stuck'])
  const returned = await house.bodies(run, 'action.returned')
  assert.deepEqual(
    returned.map(({ code, timed_out: timedOut }) => [code, timedOut]),
    [1, 2, 3].map(() => ['effect_unknown', true]),
  )
})

test('D10 a write that is unknown for another reason, or was answered once in the end, is no silence', async () => {
  await using house = await refundHouse({ page: { agent: { per_step: { retries: 9 } } } })
  house.desk.setFault({ path: '/tickets/:id/replies', fault: 'commit_then_disconnect' })
  house.desk.setFault({ path: '/refunds', fault: 'hang', times: 1 })
  const reply = (ticket: string) => call('send_reply', { ticket, body: 'Dear you.' })
  const run = await house.start([reply('t_1'), reply('t_2'), refund('in_1'), reply('t_3'), say('Done.')])
  await house.until(() => sent(house).includes('POST /refunds'))
  await house.clock.skip(10_000)
  await house.settled(run)
  const returned = await house.bodies(run, 'action.returned')
  assert.deepEqual(
    returned.map(({ outcome, code, timed_out: timedOut }) => [code ?? outcome, timedOut]),
    [
      ['effect_unknown', false],
      ['effect_unknown', false],
      ['result', false],
      ['effect_unknown', false],
    ],
  )
})

test('D10 a dry run previews, is judged, and leaves nothing behind', async () => {
  await using house = await refundHouse({
    page: { tools: { request_refund: { once: { per: 'invoice', within: '30d' } } } },
  })
  const dry = (amount: string) => call('request_refund', { invoice: 'in_1', amount, dry_run: true })
  const { run } = await house.play([dry('10.00'), dry('120.00'), refund('in_1'), say('Done.')])
  const told = await house.told(run)
  assert.deepEqual(told[0]?.result, {
    dry_run: true,
    would: { fields: { left: { minor: 9_000, currency: 'usd' } }, says: 'refunds 1000 cents' },
  })
  assert.deepEqual(await codes(house, run), ['preview', 'denied_by_check', 'result'])
  assert.equal(house.desk.commits().length, 1)
})

test('D10 a tool that fails is left alone for a while, the model is told what to use, and then it may try again', async () => {
  await using house = await refundHouse({
    page: { tools: { get_invoice: { fallback: 'search_policy' } }, agent: { per_step: { retries: 9 } } },
    tools: (own) =>
      own.map((tool) =>
        tool.name === 'get_invoice' ? { ...tool, breaker: { failures: 2, coolDownMs: 30_000 } } : tool,
      ),
  })
  house.desk.setFault({ method: 'GET', path: '/invoices/:id', fault: 'fail', times: 2 })
  const look = (invoice: string) => call('get_invoice', { invoice })
  const { run } = await house.play([look('in_1'), look('in_2'), look('in_3'), say('Later.')])
  assert.deepEqual(await codes(house, run), ['tool_failed', 'tool_failed', 'breaker_open'])
  assert.match(JSON.stringify((await house.told(run))[2]?.result), /use `search_policy` meanwhile/)
  assert.equal(sent(house).length, 2)
  await house.clock.skip(30_001)
  assert.deepEqual(await codes(house, (await house.play([look('in_4'), say('Done.')])).run), ['result'])
  const told = await house.runtime.house.ledger.read('default', 'tool/get_invoice')
  assert.deepEqual(
    told.map(({ type }) => type),
    ['breaker.opened', 'breaker.closed'],
  )
})

test('D10 facts that need a tool which is left alone are not gathered from it', async () => {
  await using house = await refundHouse({
    page: { agent: { per_step: { retries: 9 } } },
    tools: (own) =>
      own.map((tool) =>
        tool.name === 'get_invoice' ? { ...tool, breaker: { failures: 2, coolDownMs: 30_000 } } : tool,
      ),
  })
  house.desk.setFault({ method: 'GET', path: '/invoices/:id', fault: 'fail' })
  const { run } = await house.play([refund('in_1'), refund('in_2'), refund('in_3'), say('Later.')])
  const [, , third] = await codes(house, run)
  assert.equal(third, 'breaker_open')
  assert.equal(sent(house).length, 2)
})
