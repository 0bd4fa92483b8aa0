/** Recorded runs of a real house under another page, other tools, another model: what flips, and what nobody can know. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageText } from '../../../test/page-text.ts'
import { agentOf, prices } from '../../../test/refund-agent.ts'
import { call, type RefundHouse, refund, refundHouse, say } from '../../../test/refund-house.ts'
import type { Page } from '../../charter/page.ts'
import { defaultPriceBook } from '../../models/default-price-book.ts'
import { scriptedModel } from '../../models/scripted-model.ts'
import { createEvaluator } from '../../policy/evaluate.ts'
import type { Tool } from '../../tools/tool.ts'
import { createProject } from '../project.ts'
import { readRecording } from '../recording.ts'
import { supposeRun } from './suppose-run.ts'
import type { Supposition } from './supposition.ts'
import { whatIf } from './what-if.ts'

type Parts = NonNullable<Parameters<typeof pageText>[0]>

const pageOf = (parts: Parts): Page => agentOf(pageText(parts), [], scriptedModel({ conversations: {} })).read().page

const refundsOver = (usd: number, more: object = {}): Parts => ({
  tools: { request_refund: { allowed: true, max_amount_usd: 80, require_approval_over_usd: usd, ...more } },
})

async function supposed(house: RefundHouse, run: string, about: Partial<Supposition>, tools?: readonly Tool[]) {
  const project = createProject({
    tools: tools ? new Map(tools.map((tool) => [tool.name, tool])) : house.tools,
    prices: defaultPriceBook({ asOf: 0, overrides: prices }),
    evaluator: createEvaluator(),
  })
  const recording = await readRecording(house.runtime.house, run)
  return whatIf(await supposeRun(recording, { project, people: 'grant', ...about }))
}

const look = call('get_invoice', { invoice: 'in_1' })

test('under the page that was there nothing flips, nothing diverges, and nobody is asked anything', async () => {
  await using house = await refundHouse({ page: refundsOver(50) })
  const { run } = await house.play([look, refund('in_1', '10.00'), refund('in_2', '20.00'), say('Done.')])
  const arrived = house.desk.arrivals().length
  const answer = await supposed(house, run, {})
  assert.deepEqual(
    answer.decisions.map(({ flips }) => flips),
    [false, false, false],
  )
  const moved = { recorded: { usd: 3_000 }, supposed: { usd: 3_000 } }
  assert.deepEqual([answer.diverges, answer.beyond, answer.moved], [undefined, undefined, moved])
  assert.deepEqual([answer.signatures, answer.assumptions], [{ recorded: 0, supposed: 0 }, []])
  assert.equal(answer.costMicroUsd.recorded, answer.costMicroUsd.supposed)
  assert.equal(house.desk.arrivals().length, arrived)
})

test('a lower threshold flips what lies above it into a question, and leaves the rest', async () => {
  await using house = await refundHouse({ page: refundsOver(50) })
  const { run } = await house.play([look, refund('in_1', '10.00'), refund('in_2', '20.00'), say('Done.')])
  const arrived = house.desk.arrivals().length
  const answer = await supposed(house, run, { page: pageOf(refundsOver(15)) })
  const [, small, large] = answer.decisions
  assert.deepEqual([small?.flips, large?.flips], [false, true])
  assert.deepEqual([large?.recorded?.decision, large?.supposed?.decision], ['allow', 'ask'])
  assert.deepEqual(large?.supposed?.rules, ['request_refund.require_approval_over_usd'])
  assert.deepEqual(answer.signatures, { recorded: 0, supposed: 1 })
  assert.deepEqual(answer.unasked, { recorded: { usd: 3_000 }, supposed: { usd: 1_000 } })
  assert.deepEqual(answer.moved.supposed, { usd: 3_000 })
  assert.deepEqual(answer.assumptions, ['people say yes to what they were not asked then'])
  assert.equal(answer.beyond, undefined)
  assert.match(answer.diverges?.supposed ?? '', /action\.judged 3\.1 ask/)
  assert.equal(house.desk.arrivals().length, arrived)
})

test('people who are supposed to say no end what can be known there', async () => {
  await using house = await refundHouse({ page: refundsOver(50) })
  const { run } = await house.play([refund('in_1', '20.00'), say('Done.')])
  const answer = await supposed(house, run, { page: pageOf(refundsOver(15)), people: 'deny' })
  assert.deepEqual([answer.beyond, answer.moved.supposed], [{ why: 'told_otherwise', turn: 2 }, {}])
  const waits = await supposed(house, run, { page: pageOf(refundsOver(15)), people: 'wait' })
  assert.deepEqual(waits.beyond, { why: 'waits', for: 'approval' })
})

test('what was refused then and would be allowed now is answered by its preview, or not at all', async () => {
  await using house = await refundHouse({ page: refundsOver(50, { max_amount_usd: 15 }) })
  const { run } = await house.play([refund('in_1', '20.00'), say('Sorry.')])
  const answer = await supposed(house, run, { page: pageOf(refundsOver(50)) })
  assert.deepEqual(
    [answer.decisions[0]?.recorded?.decision, answer.decisions[0]?.supposed?.decision],
    ['deny', 'allow'],
  )
  assert.ok(answer.beyond?.why === 'told_otherwise' || answer.beyond?.why === 'not_called_then')
  assert.equal(house.desk.commits().length, 0)
})

test('what people answered then they answer again, and a second signature is supposed', async () => {
  const oneOf = { high: [{ from: 'finance', count: 1, expires_in: '4h' }] }
  await using house = await refundHouse({ page: { ...refundsOver(15), approvals: oneOf } })
  const waiting = await house.play([refund('in_1', '20.00'), say('Done.')])
  assert.ok(waiting.status === 'waiting')
  await house.answer(waiting.approvals[0].id, { type: 'grant' })
  await house.settled(waiting.run)
  const same = await supposed(house, waiting.run, {})
  assert.deepEqual([same.signatures, same.assumptions, same.beyond], [{ recorded: 1, supposed: 1 }, [], undefined])
  const twoOf = { high: [{ from: 'finance', count: 2, expires_in: '4h' }] }
  const answer = await supposed(house, waiting.run, { page: pageOf({ ...refundsOver(15), approvals: twoOf }) })
  assert.deepEqual(answer.signatures, { recorded: 1, supposed: 2 })
  assert.equal(answer.beyond, undefined)
})

test('another prompt is shown to nobody: the model is taken to answer as it did', async () => {
  await using house = await refundHouse({ page: refundsOver(50), files: { './a.md': 'Be kind.' } })
  const { run } = await house.play([refund('in_1', '20.00'), say('Done.')])
  const answer = await supposed(house, run, { page: pageOf({ ...refundsOver(50), agent: { max_steps: 9 } }) })
  assert.deepEqual([answer.diverges, answer.beyond], [undefined, undefined])
})

test('a model that is really asked goes on where the record ends', async () => {
  await using house = await refundHouse({ page: refundsOver(50) })
  const { run } = await house.play([refund('in_1', '20.00'), say('Done.')])
  const asked: number[] = []
  const usage = { promptTokens: 10, completionTokens: 1, cachedPromptTokens: 0, reasoningTokens: 0 }
  const answer = await supposed(house, run, {
    page: pageOf(refundsOver(50, { max_amount_usd: 15 })),
    ask: async (request) => {
      asked.push(request.messages.length)
      return { text: 'Sorry.', toolCalls: [], finish: 'stop', usage, answeredModel: undefined, latencyMs: 1 }
    },
  })
  assert.deepEqual([asked, answer.beyond], [[3], undefined])
})

test('a tool that checks otherwise flips its decision', async () => {
  await using house = await refundHouse({ page: refundsOver(50) })
  const { run } = await house.play([refund('in_1', '20.00'), say('Done.')])
  const strict = [...house.tools.values()].map(
    (tool): Tool => (tool.name === 'request_refund' ? { ...tool, check: () => 'not on a Saturday' } : tool),
  )
  const answer = await supposed(house, run, {}, strict)
  assert.deepEqual([answer.decisions[0]?.flips, answer.decisions[0]?.supposed?.code], [true, 'denied_by_check'])
})
