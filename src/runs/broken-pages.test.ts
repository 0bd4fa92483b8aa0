/** A page that does not compile allows nothing, and ends nothing either: its runs go on under the next one that does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageText } from '../../test/page-text.ts'
import { agentOf, prices } from '../../test/refund-agent.ts'
import { call, type RefundHouse, refund, refundHouse, say, until } from '../../test/refund-house.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { skippingClock } from '../../test/skipping-clock.ts'
import { systemClock } from '../clock.ts'
import { answerApproval } from '../commands/answer-approval.ts'
import { applyCharter } from '../commands/apply-charter.ts'
import { createRuntime } from '../create-runtime.ts'
import { CharterError } from '../errors.ts'
import { scriptedModel } from '../models/scripted-model.ts'
import type { RunResult } from '../run-handle.ts'
import type { Tool } from '../tools/tool.ts'

/** It speaks of an argument that the tool does not have. */
const broken = { tools: { request_refund: { allowed: true, within: { colour: ['red'] } } } }
const good = { agent: { purpose: 'Mended.' } }

const grant = async (house: RefundHouse, result: RunResult) => {
  if (result.status !== 'waiting') throw new assert.AssertionError({ message: `the run is ${result.status}` })
  await house.answer(result.approvals[0].id, { type: 'grant' })
}

async function isOpen({ runtime }: RefundHouse, run: string): Promise<boolean> {
  const { row } = await runtime.house.ledger.find('default', { row: { read: 'run', run } })
  return row?.ended_at === null
}

const typesOf = async (house: RefundHouse, run: string) => (await house.events(run)).map(({ type }) => type)
const posts = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST').length

/** Engines look again and again meanwhile, and time goes by. */
async function letTimePass({ clock }: RefundHouse): Promise<void> {
  for (let seconds = 0; seconds < 5; seconds++) {
    await clock.skip(1_000)
    await systemClock.wait(20)
  }
}

/** Runs that will ask for a refund each, once the read that hangs has timed out after ten seconds. */
async function heldUp(house: RefundHouse, count: number): Promise<readonly string[]> {
  house.desk.setFault({ method: 'GET', path: '/tickets/:id', times: count, fault: 'hang' })
  const runs: string[] = []
  for (let n = 1; n <= count; n++)
    runs.push(await house.start([call('get_ticket', { ticket: 't_1' }), refund(`in_${n}`, '10.00'), say('Done.')]))
  await house.until(() => house.desk.arrivals().length === count)
  return runs
}

for (const database of ['memory', 'postgres'] as const) {
  test(`under a page that does not compile nothing is sent, the run stays open, and goes on under the next (${database})`, async () => {
    await using house = await refundHouse({ database })
    const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
    const other = await house.play([refund('in_2', '60.00'), say('Done.')])
    await house.apply(broken)
    await grant(house, waiting)
    await grant(house, other)
    await house.until(() => house.errors.length > 0)
    await letTimePass(house)
    assert.deepEqual([await isOpen(house, waiting.run), await isOpen(house, other.run)], [true, true])
    assert.equal(posts(house), 0)
    await house.apply(good)
    const results = [await house.settled(waiting.run), await house.settled(other.run)]
    assert.deepEqual(
      results.map(({ status }) => status),
      ['done', 'done'],
    )
    assert.equal(house.desk.commits().length, 2)
  })
}

test('a page that does not compile is said once, with its code and place, however many runs it keeps waiting', async () => {
  await using house = await refundHouse()
  const runs = await heldUp(house, 4)
  await house.apply(broken)
  await house.clock.skip(10_000)
  await house.until(() => house.errors.length > 0)
  await letTimePass(house)
  const said = (error: unknown) => error instanceof CharterError && [error.code, error.place?.file, error.param]
  assert.deepEqual(house.errors.map(said), [
    ['charter_invalid', 'refunds.charter.yaml', 'tools.request_refund.within.colour'],
  ])
  await house.apply(good)
  for (const run of runs) assert.equal((await house.settled(run)).status, 'done')
  const late = await house.play([refund('in_5', '60.00'), say('Done.')])
  await house.apply(broken)
  await grant(house, late)
  await house.until(() => house.errors.length > 1)
  assert.equal(house.errors.length, 2, 'put in force again it is said again')
})

test('a model that has answered is not asked, and paid for, again while its page does not compile', async () => {
  await using house = await refundHouse()
  const [run = ''] = await heldUp(house, 1)
  await house.apply(broken)
  await house.clock.skip(10_000)
  await house.until(() => house.errors.length > 0)
  await letTimePass(house)
  const before = await typesOf(house, run)
  assert.deepEqual(
    before.filter((type) => type.startsWith('turn.')),
    ['turn.started', 'turn.answered', 'turn.started', 'turn.answered'],
  )
  assert.equal(before.at(-1), 'action.proposed')
  await house.apply(good)
  assert.equal((await house.settled(run)).status, 'done')
  assert.deepEqual(
    (await typesOf(house, run)).filter((type) => type === 'turn.failed' || type === 'effect.dispatched'),
    ['effect.dispatched'],
  )
})

test('a run whose own page does not fit the tools any more is left to a process whose tools it fits', async () => {
  await using house = await refundHouse({
    database: 'file',
    page: { tools: { add_note: { allowed: true, within: { ticket: ['t_1'] } } } },
  })
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
  await house.apply({ tools: { add_note: null } })
  await house.runtime.close()
  const inputOf = (own: readonly Tool[], name: string) => own.find((tool) => tool.name === name)?.input ?? assert.fail()
  const changed = (own: readonly Tool[]) =>
    own.map((tool) => (tool.name === 'add_note' ? { ...tool, input: inputOf(own, 'get_invoice') } : tool))
  {
    await using renewed = await house.another({ tools: changed })
    await grant(renewed, waiting)
    await renewed.until(() => renewed.errors.length > 0)
    const fresh = await renewed.play([refund('in_2', '10.00'), say('Done.')])
    await letTimePass(renewed)
    assert.deepEqual([fresh.status, await isOpen(renewed, waiting.run)], ['done', true])
    assert.deepEqual(
      renewed.errors.map((error) => error instanceof CharterError && error.code),
      ['charter_invalid'],
    )
  }
  await using rolledBack = await house.another()
  assert.equal((await rolledBack.settled(waiting.run)).status, 'done')
  assert.equal(house.desk.commits().length, 2)
})

test('the runs of an agent whose page does not compile do not keep those of another from an only hand', async () => {
  await using shop = await refundHouse()
  const model = scriptedModel({
    id: 'scripted/refunds',
    conversations: { held: [refund('in_1', '60.00'), say('Done.')], other: [say('Done.')] },
    pick: (opening) => JSON.parse(opening).conversation,
  })
  const agents = ['held', 'other'].map((name) =>
    agentOf(pageText({ agent: { name } }), refundTools(shop.desk.url), model),
  )
  const errors: unknown[] = []
  const clock = skippingClock()
  await using runtime = await createRuntime({
    agents,
    ledger: ':memory:',
    keyring: ':memory:',
    clock,
    prices,
    concurrency: 1,
    onError: (_run, error) => errors.push(error),
  })
  const apply = async (name: string, parts: object) => {
    const { page, source } = agentOf(pageText({ ...parts, agent: { name } }), [], model).read()
    await applyCharter(runtime.house, page, source, 'owner@acme.example')
  }
  const held = await runtime.start('held', { input: { conversation: 'held' } })
  const waiting = await held.settled(AbortSignal.timeout(10_000))
  if (waiting.status !== 'waiting') assert.fail(`the run is ${waiting.status}`)
  await apply('held', broken)
  const signed = { by: 'fay@acme.example', groups: ['finance'], answer: { type: 'grant' as const } }
  await answerApproval(runtime.house, { approval: waiting.approvals[0].id, ...signed })
  await until(() => errors.length > 0, clock)
  const other = await runtime.start('other', { input: { conversation: 'other' } })
  assert.equal((await other.settled(AbortSignal.timeout(10_000))).status, 'done')
})
