/** Budgets of a run: each bound is met before it is broken, and then somebody is asked, or the run halts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, calls, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { workHandoff } from '../commands/work-handoff.ts'
import type { Json } from '../json.ts'

const look = (n: number) => call('get_invoice', { invoice: `in_${n}` })
const looks = [1, 2, 3, 4, 5].map(look)
const agent = (parts: { readonly [key: string]: Json }) => ({ page: { agent: parts } })

/** The escalation of a run, and the handoff that it went to. */
async function escalated(house: RefundHouse, run: string) {
  const [escalation] = await house.bodies(run, 'run.escalated')
  const { handoffs } = await house.runtime.house.ledger.find('default', { handoffs: { read: 'handoffs', run } })
  return { ...escalation, rows: handoffs }
}

const spent = async (house: RefundHouse, run: string) => {
  const answered = (await house.bodies(run, 'turn.answered')).map(({ usage }) => usage)
  const sum = (of: (usage: (typeof answered)[number]) => number) =>
    answered.reduce((total, usage) => total + of(usage), 0)
  return {
    turns: (await house.bodies(run, 'turn.started')).length,
    calls: house.desk.arrivals().length,
    prompt: sum(({ prompt_tokens }) => prompt_tokens),
    completion: sum(({ completion_tokens }) => completion_tokens),
    cost: sum(({ cost_micro_usd }) => cost_micro_usd),
  }
}

for (const [bound, bounds, within] of [
  ['max_steps', { max_steps: 2 }, ({ turns }) => turns === 2],
  ['max_tool_calls', { max_tool_calls: 2 }, ({ calls }) => calls === 2],
  ['max_prompt_tokens', { max_prompt_tokens: 4000 }, ({ prompt, turns }) => prompt <= 4000 && turns > 1],
  ['max_completion_tokens', { max_completion_tokens: 60 }, ({ completion, turns }) => completion <= 60 && turns > 1],
  ['max_cost_usd', { max_cost_usd: 0.006 }, ({ cost, turns }) => cost <= 6000 && turns > 1],
] as const satisfies readonly (readonly [
  string,
  { readonly [key: string]: Json },
  (of: Awaited<ReturnType<typeof spent>>) => boolean,
])[]) {
  test(`${bound} is met before it is broken, and the run goes to people with its name`, async () => {
    await using house = await refundHouse({ page: { agent: bounds, on_call: 'billing-oncall' } })
    const result = await house.play(looks)
    assert.deepEqual([result.status, result.code], ['handed_off', 'budget_exceeded'])
    const spending = await spent(house, result.run)
    assert.ok(within(spending), JSON.stringify(spending))
    const { bound: named, rows, handoff } = await escalated(house, result.run)
    assert.equal(named, bound)
    assert.deepEqual(
      rows.map((row) => [row.handoff, row.group, row.status]),
      [[handoff, 'billing-oncall', 'assigned']],
    )
  })
}

test('a turn that would call more tools than the run has left tells the model which were not called', async () => {
  await using house = await refundHouse(agent({ max_tool_calls: 2 }))
  const three = calls(
    ['get_invoice', { invoice: 'in_1' }],
    ['get_invoice', { invoice: 'in_2' }],
    ['get_invoice', { invoice: 'in_3' }],
  )
  const result = await house.play([three, say('?')])
  const told = (await house.told(result.run)).map(({ outcome, code }) => code ?? outcome)
  assert.deepEqual([result.status, told], ['handed_off', ['result', 'result', 'budget_exceeded']])
  assert.equal(house.desk.arrivals().length, 2)
})

test('P7 max_wall_clock_seconds bounds active time: the model is cut off, and no further turn begins', async () => {
  await using house = await refundHouse(agent({ max_wall_clock_seconds: 30, per_step: { retries: 9 } }))
  const run = await house.start([look(1), { say: 'x', misbehave: { mode: 'hang' } }])
  await house.until(async () => (await house.bodies(run, 'turn.started')).length === 2)
  await house.clock.wait(20)
  await house.clock.skip(30_000)
  const result = await house.settled(run)
  assert.deepEqual([result.status, (await escalated(house, run)).bound], ['handed_off', 'max_wall_clock_seconds'])
  assert.equal((await house.bodies(run, 'turn.started')).length, 2)
})

test('P7 a slow tool uses up active time: no turn is begun, and none paid, after it is over', async () => {
  await using house = await refundHouse(agent({ max_wall_clock_seconds: 5 }))
  house.desk.setFault({ method: 'GET', path: '/invoices/:id', fault: 'hang' })
  const run = await house.start([look(1), say('Done.')])
  await house.until(() => house.desk.arrivals().length === 1)
  await house.clock.skip(10_000)
  const result = await house.settled(run)
  assert.deepEqual([result.status, (await escalated(house, run)).bound], ['handed_off', 'max_wall_clock_seconds'])
  assert.equal((await house.bodies(run, 'turn.started')).length, 1)
})

test('P7 hours of waiting for people cost the run none of its time', async () => {
  await using house = await refundHouse(agent({ max_wall_clock_seconds: 30 }))
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
  await house.clock.skip(3 * 3_600_000)
  assert.ok(waiting.status === 'waiting')
  await house.answer(waiting.approvals[0].id, { type: 'grant' })
  assert.equal((await house.settled(waiting.run)).status, 'done')
})

test('P7 a provider that asks to be left alone for a while costs the run none of its time', async () => {
  await using house = await refundHouse(agent({ max_wall_clock_seconds: 30 }))
  const busy = { mode: 'fail', times: 1, retryable: true, retryAfterMs: 60_000 } as const
  const run = await house.start([{ say: 'Done.', misbehave: busy }])
  await house.until(async () => (await house.bodies(run, 'turn.failed')).length === 1)
  await house.clock.wait(20)
  await house.clock.skip(60_000)
  assert.equal((await house.settled(run)).status, 'done')
})

test('a page that halts ends the run with the reason', async () => {
  await using house = await refundHouse(agent({ max_steps: 1, escalation: { on_budget_exceeded: 'halt' } }))
  const result = await house.play(looks)
  assert.deepEqual([result.status, result.code], ['failed', 'budget_exceeded'])
  assert.equal((await escalated(house, result.run)).bound, 'max_steps')
})

test('a page that asks the requester waits for the very person, whose answer the model is told', async () => {
  await using house = await refundHouse(agent({ max_steps: 1, escalation: { on_budget_exceeded: 'ask_requester' } }))
  const asked = await house.play([look(1), say('Done.')], { onBehalfOf: 'ada@acme.example' })
  assert.ok(asked.status === 'handed_off' && asked.handoff !== undefined)
  const { handoff } = asked
  const { house: open } = house.runtime
  const stranger = workHandoff(open, { handoff, type: 'claim', by: 'eve@acme.example', groups: ['finance'] })
  await assert.rejects(stranger, { code: 'approver_not_allowed' })
  await workHandoff(open, { handoff, type: 'claim', by: 'ada@acme.example', groups: [] })
  const more = { turns: 1 }
  await workHandoff(open, { handoff, type: 'return', by: 'ada@acme.example', note: 'go on', extends: more })
  assert.equal((await house.settled(asked.run)).status, 'done')
  assert.ok(house.prompts.at(-1)?.includes('go on'))
})

test('a run handed back with more budget goes on with it, and is handed off again when that is used up', async () => {
  await using house = await refundHouse({ page: { agent: { max_steps: 1 }, on_call: 'billing-oncall' } })
  const first = await house.play(looks)
  const { house: open } = house.runtime
  const back = async (handoff: string, turns: number) => {
    await workHandoff(open, { handoff, type: 'claim', by: 'olu@acme.example', groups: ['billing-oncall'] })
    await workHandoff(open, { handoff, type: 'return', by: 'olu@acme.example', extends: { turns } })
  }
  assert.ok(first.status === 'handed_off' && first.handoff !== undefined)
  await back(first.handoff, 2)
  await house.until(async () => (await escalated(house, first.run)).rows.length === 2)
  const again = await house.settled(first.run)
  assert.ok(again.status === 'handed_off')
  assert.notEqual(again.handoff, first.handoff)
  assert.equal((await spent(house, first.run)).turns, 3)
})

test('a run that a person has finished ends as handed off, with what they say of it', async () => {
  await using house = await refundHouse({ page: { agent: { max_steps: 1 }, on_call: 'billing-oncall' } })
  const first = await house.play(looks)
  assert.ok(first.status === 'handed_off' && first.handoff !== undefined)
  const { handoff } = first
  const { house: open } = house.runtime
  await workHandoff(open, { handoff, type: 'claim', by: 'olu@acme.example', groups: ['billing-oncall'] })
  await workHandoff(open, { handoff, type: 'resolve', by: 'olu@acme.example', outcome: { refunded: '10.00' } })
  await house.until(async () => (await house.bodies(first.run, 'run.ended')).length === 1)
  const result = await house.settled(first.run)
  assert.ok(result.status === 'handed_off')
  assert.deepEqual(result.output, { refunded: '10.00' })
})

test('D13 runs that race for a day’s budget never spend more than it together', async () => {
  await using house = await refundHouse(agent({ budgets: { day: { cost_usd: 0.03 } } }))
  const runs = await Promise.all(Array.from({ length: 8 }, () => house.start([look(1), look(2), say('Done.')])))
  const results = await Promise.all(runs.map((run) => house.settled(run)))
  const cost = (await Promise.all(runs.map((run) => spent(house, run)))).reduce((sum, of) => sum + of.cost, 0)
  assert.ok(cost > 0 && cost <= 30_000, `${cost} micro-dollars were spent of 30000`)
  const bounds = await Promise.all(
    runs.filter((_, n) => results[n]?.status === 'handed_off').map(async (run) => (await escalated(house, run)).bound),
  )
  assert.deepEqual(new Set(bounds), new Set(['budgets.day']))
})

test('D13 a conversation’s budget is its own: another conversation has one too', async () => {
  await using house = await refundHouse(agent({ budgets: { session: { cost_usd: 0.006 } } }))
  const first = await house.play(looks, { session: 'chat_1' })
  assert.deepEqual([first.status, (await escalated(house, first.run)).bound], ['handed_off', 'budgets.session'])
  const more = await house.play([say('Done.')], { session: 'chat_1' })
  assert.equal(more.status, 'handed_off')
  const other = await house.play([say('Done.')], { session: 'chat_2' })
  assert.equal(other.status, 'done')
})

test('D14 a model call that the provider failed is charged what was reserved for it, marked as estimated', async () => {
  await using house = await refundHouse()
  const result = await house.play([{ say: 'Done.', misbehave: { mode: 'fail', times: 1, retryable: true } }])
  assert.equal(result.status, 'done')
  const [failed] = await house.bodies(result.run, 'turn.failed')
  const [started] = await house.bodies(result.run, 'turn.started')
  assert.deepEqual([failed?.estimated, failed?.usage], [true, started?.reserved])
  assert.match(String(await house.content(result.run, failed?.why)), /could not be called/)
})
