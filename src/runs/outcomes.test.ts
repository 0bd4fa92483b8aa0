/** What becomes of a write that was sent: real runs against the faults of the real desk. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { connectDesk } from '../../examples/refunds/desk/client.ts'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { settleEffect } from '../commands/settle-effect.ts'
import { CharterError } from '../errors.ts'
import { defineTool } from '../tools/define-tool.ts'
import { NotCommitted, type Tool } from '../tools/tool.ts'

const refunds = { method: 'POST', path: '/refunds' }
const replies = { method: 'POST', path: '/tickets/:id/replies' }
const reply = (ticket = 't_1', body = 'It is on its way.') => call('send_reply', { ticket, body })

const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')

/** What happened to the effects of a run, in order. */
async function story(house: RefundHouse, run: string): Promise<readonly string[]> {
  const events = (await house.events(run)).filter(({ type }) => type.startsWith('effect.'))
  return events.map(({ type, body }) => [type.slice('effect.'.length), body.why ?? body.by].filter(Boolean).join(' '))
}

const endings = async (house: RefundHouse, run: string) =>
  (await house.told(run)).map(({ outcome, code }) => code ?? outcome)

for (const database of ['memory', 'postgres'] as const) {
  test(`D6 an error of the desk leaves the attempt unknown, and the next one may commit (${database})`, async () => {
    await using house = await refundHouse({ database })
    house.desk.setFault({ ...refunds, fault: 'fail', times: 1 })
    const { run } = await house.play([refund('in_1'), say('Done.')])
    assert.deepEqual(await story(house, run), ['dispatched', 'unknown threw', 'dispatched', 'committed attempt'])
    assert.equal(house.desk.commits().length, 1)
  })

  test(`D5 every attempt of an effect bears one key, and another action another (${database})`, async () => {
    await using house = await refundHouse({ database })
    house.desk.setFault({ ...refunds, fault: 'fail', times: 2 })
    const { run } = await house.play([refund('in_1'), refund('in_1', '11.00'), say('Done.')])
    const keys = sendings(house).map(({ idempotency_key }) => idempotency_key)
    assert.equal(keys.length, 4)
    assert.deepEqual(new Set(keys.slice(0, 3)).size, 1)
    assert.notEqual(keys[3], keys[0])
    const dispatched = await house.bodies(run, 'effect.dispatched')
    assert.deepEqual(
      dispatched.map(({ key }) => key),
      keys,
    )
  })
}

test('D5 the model never sees a key, and neither does anybody whom it writes to', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'fail', times: 3 })
  const { run } = await house.play([refund('in_1'), refund('in_2'), say('Done.')])
  const keys = (await house.bodies(run, 'effect.dispatched')).map(({ key }) => key)
  assert.equal(new Set(keys).size, 2)
  for (const key of keys) assert.ok(house.prompts.every((prompt) => !prompt.includes(key)))
  assert.ok(house.prompts.every((prompt) => !prompt.includes('ck_')))
})

test('D6 silence until the deadline leaves the attempt unknown', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'hang', times: 1 })
  const run = await house.start([refund('in_1'), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  await house.clock.skip(10_000)
  await house.settled(run)
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out', 'dispatched', 'committed attempt'])
})

test('D6 a connection that is torn after the desk has written is unknown, and is not written twice', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'commit_then_disconnect', times: 1 })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown threw', 'dispatched', 'committed attempt'])
  assert.equal(house.desk.commits().length, 1)
})

test('D6 refusals of later attempts say nothing of the first: the effect stays unknown', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'commit_then_disconnect', times: 1 })
  house.desk.setFault({ ...refunds, fault: 'reject', status: 409, times: 2 })
  const { run } = await house.play([refund('in_1'), say('I do not know.')])
  const unknown = ['dispatched', 'unknown threw', 'dispatched', 'not_committed attempt']
  assert.deepEqual(await story(house, run), [...unknown, 'dispatched', 'not_committed attempt', 'given_up'])
  assert.deepEqual(await endings(house, run), ['effect_unknown'])
  assert.equal(house.desk.commits().length, 1)
  const outcomes = await house.bodies(run, 'effect.not_committed')
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['unknown', 'unknown'],
  )
})

test('D6 what the desk certainly refused is not committed, and is not sent again', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'reject', status: 422, times: 1 })
  const { run } = await house.play([refund('in_1'), say('Sorry.')])
  assert.deepEqual(await story(house, run), ['dispatched', 'not_committed attempt'])
  assert.deepEqual(await endings(house, run), ['tool_failed'])
})

test('D6 what the desk refused for now is sent again', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'reject', status: 429, times: 1 })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  assert.deepEqual(await story(house, run), ['dispatched', 'not_committed attempt', 'dispatched', 'committed attempt'])
})

test('D6 an answer that makes no sense is of a write that went through', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'garbage', times: 1 })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  const [committed] = await house.bodies(run, 'effect.committed')
  assert.deepEqual([committed?.output, house.desk.commits().length, sendings(house).length], ['rejected', 1, 1])
  const [told] = await house.told(run)
  assert.deepEqual(told, {
    outcome: 'result',
    code: 'output_rejected',
    result: { status: 'committed', note: 'the answer could not be used' },
  })
})

/** A tool of the desk as the kit has it, written otherwise. */
const instead =
  (name: string, write: (own: Tool) => Partial<Tool>) =>
  (own: readonly Tool[]): readonly Tool[] =>
    own.map((tool) => (tool.name === name ? { ...tool, ...write(tool) } : tool))

test('D6 an answer of 20 MB is of a write that went through, and nobody is shown it', async () => {
  const wide = defineTool({
    name: 'request_refund',
    description: 'Refunds.',
    kind: 'write',
    inputSchema: z.strictObject({ invoice: z.string() }),
    outputSchema: z.object({ id: z.string(), padding: z.string().optional() }),
    atMostOnce: true,
    execute: () => ({ id: 're_1' }),
  })
  await using house = await refundHouse({
    tools: instead('request_refund', ({ execute }) => ({ output: wide.output, execute })),
  })
  house.desk.setFault({ ...refunds, fault: 'huge', megabytes: 20, times: 1 })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  const [committed] = await house.bodies(run, 'effect.committed')
  assert.deepEqual([committed?.output, house.desk.commits().length], ['rejected', 1])
  assert.ok(house.prompts.every((prompt) => prompt.length < 100_000))
})

test('D6 a stop that aborts leaves what it cuts off unknown', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'hang' })
  const run = await house.start([refund('in_1'), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  await house.stop({ level: 'abort' })
  const result = await house.settled(run)
  assert.equal(result.status, 'stopped')
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown aborted', 'given_up'])
})

test('D7 a write that can only be looked up is looked up once it had time to settle, and is not sent again', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'commit_then_disconnect', times: 1 })
  const run = await house.start([call('refund_by_lookup', { invoice: 'in_1', amount: '10.00' }), say('Done.')])
  await house.until(async () => (await story(house, run)).includes('unknown threw'))
  assert.ok(!house.desk.arrivals().some(({ path }) => path.startsWith('/refunds?')))
  await house.clock.skip(15_000)
  const result = await house.settled(run)
  assert.equal(result.status, 'done')
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown threw', 'committed verify'])
  assert.deepEqual((await house.told(run))[0]?.result, { id: 're_1001' })
  assert.equal(sendings(house).length, 1)
})

test('D7 a write that the desk knows nothing of, once it had time to settle, is sent again', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'fail', times: 1 })
  const run = await house.start([call('refund_by_lookup', { invoice: 'in_1', amount: '10.00' }), say('Done.')])
  await house.until(async () => (await story(house, run)).includes('unknown threw'))
  await house.clock.skip(15_000)
  await house.settled(run)
  const absent = ['dispatched', 'unknown threw', 'not_committed verify']
  assert.deepEqual(await story(house, run), [...absent, 'dispatched', 'committed attempt'])
  assert.equal(house.desk.commits().length, 1)
})

test('D7 a write that is sent at most once is left unknown, and a named person settles it', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...replies, fault: 'commit_then_disconnect', times: 1 })
  const { run } = await house.play([reply(), say('I do not know.')])
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown threw', 'given_up'])
  assert.equal(sendings(house).length, 1)
  const effect = `${run}:1.1`
  const { house: open } = house.runtime
  await settleEffect(open, { effect, outcome: 'committed', by: 'ops@acme.example' })
  assert.deepEqual((await story(house, run)).at(-1), 'committed settlement')
  const again = settleEffect(open, { effect, outcome: 'not_committed', by: 'ops@acme.example' })
  await assert.rejects(again, { code: 'effect_settled' })
})

test('D5 past the time that the desk honours the key nothing is sent again', async () => {
  await using house = await refundHouse({
    tools: instead('request_refund', () => ({ idempotency: { honouredMs: 5_000 } })),
  })
  house.desk.setFault({ ...refunds, fault: 'hang', times: 1 })
  const run = await house.start([refund('in_1'), say('I do not know.')])
  await house.until(() => sendings(house).length === 1)
  await house.clock.skip(10_000)
  await house.settled(run)
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out', 'given_up'])
  assert.equal(sendings(house).length, 1)
})

/** A house whose first reply pays no heed to its deadline: it is sent when the test lets it, and answered late. */
async function houseOfLateReplies(page = {}) {
  const sent = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const at = { url: '', calls: 0 }
  const execute = async (input: unknown) => {
    at.calls += 1
    sent.resolve()
    if (at.calls === 1) await gate.promise
    const { ticket, body } = z.object({ ticket: z.string(), body: z.string() }).parse(input)
    return connectDesk(at.url).sendReply(ticket, body)
  }
  const house = await refundHouse({ page, tools: instead('send_reply', () => ({ execute })) })
  at.url = house.desk.url
  const lateCommit = async (run: string) => {
    gate.resolve()
    await house.until(async () => (await story(house, run)).includes('committed attempt'))
  }
  const timedOut = async () => {
    await sent.promise
    await house.clock.skip(15_000)
  }
  return { house, timedOut, lateCommit, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() }
}

test('D6 a commit that comes late is recorded, also when the run has gone on', async () => {
  await using late = await houseOfLateReplies()
  const { house } = late
  const run = await house.start([reply(), say('I do not know.')])
  await late.timedOut()
  await house.settled(run)
  await late.lateCommit(run)
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out', 'given_up', 'committed attempt'])
  const { effect } = await house.runtime.house.ledger.find('default', {
    effect: { read: 'effect', effect: `${run}:1.1` },
  })
  assert.equal(effect?.status, 'committed')
})

test('D10 a write that turned out to be committed, late, is not done again when it is proposed again', async () => {
  await using late = await houseOfLateReplies()
  const { house } = late
  const run = await house.start([reply(), refund('in_1', '60.00'), reply(), say('Done.')])
  await late.timedOut()
  const waiting = await house.settled(run)
  await late.lateCommit(run)
  assert.ok(waiting.status === 'waiting')
  await house.answer(waiting.approvals[0].id, { type: 'deny', reason: 'no' })
  await house.settled(run)
  assert.deepEqual(
    house.desk.commits().map(({ kind }) => kind),
    ['reply'],
  )
  assert.deepEqual(await endings(house, run), ['effect_unknown', 'approval_denied', 'replayed'])
})

test('D8 a late commit that makes two of what may be done once says so', async () => {
  const once = { send_reply: { once: { per: 'ticket', within: '30d' } } }
  await using late = await houseOfLateReplies({ tools: once })
  const { house } = late
  const first = await house.start([reply(), say('I do not know.')])
  await late.timedOut()
  await house.settled(first)
  const settlement = { effect: `${first}:1.1`, outcome: 'not_committed' as const, by: 'ops@acme.example' }
  await settleEffect(house.runtime.house, settlement)
  const second = await house.play([reply('t_1', 'Once more.'), say('Done.')])
  await late.lateCommit(first)
  assert.match((await house.bodies(first, 'effect.committed'))[0]?.doubled ?? '', /^dev:once:send_reply:ticket:/)
  assert.equal((await house.bodies(second.run, 'effect.committed'))[0]?.doubled, undefined)
  assert.equal(house.desk.commits().length, 2)
})

/** After the first dispatch, so many transactions fail with this error. */
function breakAfterDispatch({ runtime }: RefundHouse, times: number, error: Error): void {
  const { ledger } = runtime.house
  const transact = ledger.transact.bind(ledger)
  let isSent = false
  let left = times
  ledger.transact = (work) => {
    if (isSent && left-- > 0) throw error
    const { decide } = work
    return transact({
      ...work,
      decide: (found, now) => {
        const decided = decide(found, now)
        isSent ||= decided.append.some(({ events }) => events.some(({ type }) => type === 'effect.dispatched'))
        return decided
      },
    })
  }
}

test('a run that fails over a write of its own leaves it unknown, not under way for ever', async () => {
  await using house = await refundHouse()
  breakAfterDispatch(house, 2, new Error('a defect'))
  const result = await house.play([reply(), say('Done.')])
  assert.deepEqual([result.status, result.code], ['failed', 'internal'])
  assert.deepEqual(await story(house, result.run), ['dispatched', 'unknown lost', 'given_up'])
  const next = await house.play([reply(), say('Sorry.')])
  assert.deepEqual(await endings(house, next.run), ['effect_unresolved'])
})

test('D6 what is known of a write that nobody may send twice is kept, though the ledger could not be written then', async () => {
  await using house = await refundHouse()
  breakAfterDispatch(house, 4, new CharterError('ledger_full', 'no space is left'))
  const result = await house.play([reply(), say('Done.')])
  assert.equal(result.status, 'done')
  assert.deepEqual(await story(house, result.run), ['dispatched', 'committed attempt'])
  assert.equal(house.desk.commits().length, 1)
})

test('D6 a refusal that may be tried again is tried again, though the ledger could not be written when it came', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'reject', status: 429, times: 1 })
  breakAfterDispatch(house, 4, new CharterError('ledger_full', 'no space is left'))
  const result = await house.play([refund('in_1'), say('Done.')])
  assert.deepEqual(await endings(house, result.run), ['result'])
  assert.equal(house.desk.commits().length, 1)
})

test('D6 a refusal that comes after its time-out settles the effect', async () => {
  const refused = Promise.withResolvers<never>()
  let isCalled = false
  const slowNote = defineTool({
    name: 'slow_note',
    description: 'Writes a note, slowly.',
    kind: 'write',
    inputSchema: z.strictObject({ ticket: z.string() }),
    outputSchema: z.object({}),
    subjects: ({ ticket }) => ({ ticket }),
    atMostOnce: true,
    execute: () => {
      isCalled = true
      return refused.promise
    },
  })
  await using house = await refundHouse({
    page: { tools: { slow_note: { allowed: true } } },
    tools: (own) => [...own, slowNote],
  })
  const run = await house.start([call('slow_note', { ticket: 't_1' }), say('Done.')])
  await house.until(() => isCalled)
  await house.clock.skip(10_000)
  await house.settled(run)
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out', 'given_up'])
  refused.reject(new NotCommitted('the ticket is closed'))
  await house.until(async () => (await story(house, run)).includes('not_committed attempt'))
  const { row } = await house.runtime.house.ledger.find('default', { row: { read: 'effect', effect: `${run}:1.1` } })
  assert.equal(row?.status, 'not_committed')
})
