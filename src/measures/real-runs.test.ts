/** What is measured of real runs at the real desk: each number is one that the test can count by itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageParts } from '../../test/page-text.ts'
import { call, calls, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { recordOutcome } from '../commands/record-outcome.ts'
import { workHandoff } from '../commands/work-handoff.ts'
import { CharterError } from '../errors.ts'
import type { Tool } from '../tools/tool.ts'
import { type Costs, noCosts } from './costs.ts'
import { measures } from './measures.ts'
import { readFacts } from './read-facts.ts'
import { type Report, Reporter } from './report.ts'
import type { RunFacts } from './run-facts.ts'

const named: PageParts = { outcome: { name: 'refund_settled', unsafe: ['refund_over_paid_amount'] } }

async function factsOfHouse(house: RefundHouse, costs: Costs = noCosts): Promise<ReadonlyMap<string, RunFacts>> {
  const facts = await Array.fromAsync(readFacts(house.runtime.house, { costs }))
  return new Map(facts.map((each) => [each.run, each]))
}

async function reportOf(house: RefundHouse, costs: Costs = noCosts): Promise<Report> {
  const reporter = new Reporter(measures)
  for await (const facts of readFacts(house.runtime.house, { costs })) reporter.add(facts)
  return reporter.report(costs, () => undefined)
}

const shown = ({ total }: Report, name: string) => {
  const { numerator, denominator } = total.figures.find((figure) => figure.name === name) ?? {}
  return [numerator, denominator]
}

test('a run is a success when its outcome was verified, and never because it ended well', async () => {
  await using house = await refundHouse({ page: named })
  const ends = []
  for (const invoice of ['in_1', 'in_2', 'in_3']) ends.push((await house.play([refund(invoice), say('Done.')])).run)
  const [good = '', bad = ''] = ends
  const by = 'ada@acme.example'
  assert.deepEqual(shown(await reportOf(house), 'task_success'), [0, 3])
  await recordOutcome(house.runtime.house, { run: good, reached: true, by })
  await recordOutcome(house.runtime.house, { run: bad, reached: false, by, note: 'the bank sent it back' })
  const report = await reportOf(house)
  assert.deepEqual(shown(report, 'task_success'), [1, 3])
  assert.deepEqual(shown(report, 'outcome_unverified'), [1, 3])
  assert.deepEqual(shown(report, 'process_integrity'), [3, 3])
  // What is said last holds.
  await recordOutcome(house.runtime.house, { run: good, reached: false, by })
  assert.deepEqual(shown(await reportOf(house), 'task_success'), [0, 3])
})

test('where the page names no outcome and nobody recorded one, success is not measured', async () => {
  await using house = await refundHouse()
  await house.play([refund('in_1'), say('Done.')])
  const report = await reportOf(house)
  assert.deepEqual(shown(report, 'task_success'), [0, 0])
  assert.equal(report.total.figures.find(({ name }) => name === 'task_success')?.value, null)
  assert.deepEqual(shown(report, 'containment'), [1, 1])
})

test('an unsafe outcome is a violation, whatever became of the task; the page must name it', async () => {
  await using house = await refundHouse({ page: named })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  const said = { run, reached: true, by: 'ada@acme.example', known: ['refund_over_paid_amount'] }
  await assert.rejects(
    recordOutcome(house.runtime.house, { ...said, unsafe: ['refund_over_payed_amount'] }),
    (error) => error instanceof CharterError && error.hint === 'did you mean `refund_over_paid_amount`?',
  )
  await recordOutcome(house.runtime.house, { ...said, unsafe: ['refund_over_paid_amount'] })
  await recordOutcome(house.runtime.house, { ...said, by: 'kit@acme.example' })
  const report = await reportOf(house)
  assert.deepEqual(shown(report, 'task_success'), [1, 1])
  assert.deepEqual(shown(report, 'process_integrity'), [0, 1])
  assert.deepEqual(shown(report, 'policy_violations'), [1, 1])
})

test('an outcome is recorded of a run that has ended, and of no other', async () => {
  await using house = await refundHouse()
  const { run } = await house.play([refund('in_1', '60.00'), say('Done.')])
  const record = (of: string) => recordOutcome(house.runtime.house, { run: of, reached: true, by: 'ada@acme.example' })
  await assert.rejects(record(run), /has not ended: it is waiting/)
  await assert.rejects(record('run_0'), { code: 'run_not_found' })
})

for (const database of ['memory', 'postgres'] as const) {
  test(`proposals are counted by what became of them, and each refusal by its reason (${database})`, async () => {
    await using house = await refundHouse({ database, page: { tools: { request_refund: { max_amount_usd: 80 } } } })
    await house.play([
      calls(['get_invoice', { invoice: 'in_1' }], ['get_invoice', { invoice: 'in_2' }]),
      call('request_refund', { invoice: 'in_1' }),
      refund('in_1', '90.00'),
      refund('in_1', '10.00'),
      say('Done.'),
    ])
    const report = await reportOf(house)
    assert.deepEqual(shown(report, 'tool_call_correctness'), [4, 5])
    assert.deepEqual(shown(report, 'unsafe_attempts'), [1, 5])
    assert.deepEqual(report.total.reasons, { denied_by_policy: 1 })
    assert.deepEqual(shown(report, 'trace_coverage'), [5, 5])
    assert.deepEqual(shown(report, 'retries'), [0, 1])
  })
}

test('a write proposed again is answered as it was, and that is a whole story', async () => {
  await using house = await refundHouse()
  await house.play([refund('in_1'), refund('in_1'), say('Done.')])
  const report = await reportOf(house)
  assert.deepEqual(shown(report, 'trace_coverage'), [2, 2])
  assert.deepEqual(shown(report, 'retries'), [0, 1])
})

test('an answer that breaks its schema is counted among the answers, and a tool that failed gave none', async () => {
  const tools = (own: readonly Tool[]) => own.map((tool) => (tool.name === 'get_ticket' ? broken(tool) : tool))
  await using house = await refundHouse({ tools })
  house.desk.setFault({ method: 'GET', path: '/invoices/:id', fault: 'fail', times: 9 })
  await house.play([
    call('get_ticket', { ticket: 't_1' }),
    call('get_invoice', { invoice: 'in_1' }),
    call('search_policy', { query: 'refund' }),
    say('Done.'),
  ])
  assert.deepEqual(shown(await reportOf(house), 'validation_failures'), [1, 2])
})

const broken = (tool: Tool): Tool => ({ ...tool, execute: async () => ({ nothing: 'of the sort' }) })

test('questions are counted by how people answered, and a run that asked was not contained', async () => {
  await using house = await refundHouse()
  const ask = async (invoice: string) => {
    const result = await house.play([refund(invoice, '60.00'), say('Done.')])
    return result.status === 'waiting' ? result.approvals[0].id : assert.fail(`the run is ${result.status}`)
  }
  const [granted, denied, edited] = [await ask('in_1'), await ask('in_2'), await ask('in_3')]
  await house.answer(granted, { type: 'grant' })
  await house.answer(denied, { type: 'deny', reason: 'not in this week' })
  await house.answer(edited, { type: 'edit', arguments: { invoice: 'in_3', amount: '20.00', reason: 'broken' } })
  await house.play([refund('in_4'), say('Done.')])
  await house.until(async () => (await reportOf(house)).open === 0)
  const report = await reportOf(house)
  assert.deepEqual(shown(report, 'approval_rate'), [3, 4])
  assert.deepEqual(shown(report, 'edit_rate'), [1, 3])
  assert.deepEqual(shown(report, 'denial_rate'), [1, 3])
  assert.deepEqual(shown(report, 'containment'), [1, 4])
  assert.deepEqual(shown(report, 'process_integrity'), [4, 4])
  // The edited action is one more.
  assert.deepEqual(shown(report, 'trace_coverage'), [5, 5])
})

test('a write of which nobody knows leaves a run without integrity, until somebody finds out', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'fail', times: 3 })
  await house.play([refund('in_1'), say('I do not know.')])
  const report = await reportOf(house)
  assert.deepEqual(shown(report, 'unknown_effects'), [1, 1])
  assert.deepEqual(shown(report, 'process_integrity'), [0, 1])
  assert.deepEqual(shown(report, 'policy_violations'), [0, 1])
  assert.deepEqual(shown(report, 'retries'), [2, 1])
})

test('each cost has its line: models, fees, sendings, people from claim to close, and what a refusal made again', async () => {
  await using house = await refundHouse({ page: { agent: { max_tool_calls: 2 }, on_call: 'billing-oncall' } })
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'fail', times: 1 })
  const run = await house.start([
    refund('in_1'),
    call('request_refund', { invoice: 'in_2' }),
    call('get_invoice', { invoice: 'in_2' }),
    refund('in_2', '5.00'),
    say('Done.'),
  ])
  const result = await house.settled(run)
  const handoff = result.status === 'handed_off' ? (result.handoff ?? '') : assert.fail(`the run is ${result.status}`)
  const { house: open } = house.runtime
  const by = 'olga@acme.example'
  await workHandoff(open, { handoff, by, type: 'claim', groups: ['billing-oncall'] })
  await house.clock.skip(30 * 60_000)
  await workHandoff(open, { handoff, by, type: 'resolve', outcome: 'refunded by hand' })
  await house.until(async () => (await house.bodies(run, 'run.ended')).length > 0)

  const costs = { peoplePerHour: 60_000_000, msPerSignature: 0, toolFees: { request_refund: 10_000, get_invoice: 500 } }
  const { cost, turns } = (await factsOfHouse(house, costs)).get(run) ?? assert.fail('no facts')
  const answered = await house.bodies(run, 'turn.answered')
  const paid = (from: number, to: number) =>
    answered.slice(from, to).reduce((sum, { usage }) => sum + usage.cost_micro_usd, 0)
  // The third turn follows arguments that did not fit.
  assert.deepEqual([cost.model, cost.rework], [paid(0, 2) + paid(3, 9), paid(2, 3)])
  assert.ok(cost.rework > 0)
  assert.deepEqual([cost.tools, cost.retries], [10_500, 10_000])
  const minutes = cost.peopleMs / 60_000
  assert.ok(minutes >= 30 && minutes < 31, `${minutes} minutes`)
  assert.equal(cost.people, Math.round((cost.peopleMs * 60_000_000) / 3_600_000))
  assert.equal(turns.failed, 0)

  const unpriced = (await reportOf(house)).total.cost?.lines.find(({ line }) => line === 'people')
  assert.deepEqual(unpriced, { line: 'people', micro_usd: 0, measured: false })
})

test('tokens are wasted on what was sent before, on calls that failed, and on documents that came whole', async () => {
  await using house = await refundHouse()
  const usage = (promptTokens: number) => ({ usage: { promptTokens, completionTokens: 10 } })
  const { run } = await house.play([
    { ...call('search_policy', { query: 'refund' }), ...usage(100) },
    { ...call('get_invoice', { invoice: 'in_1' }), ...usage(400) },
    { ...say('Done.'), ...usage(450) },
  ])
  const { tokens } = (await factsOfHouse(house)).get(run) ?? assert.fail('no facts')
  assert.deepEqual(tokens, { all: 950 + 30, repeated: 100 + 400, retried: 0, documents: 400 - 100 - 10 })
})
