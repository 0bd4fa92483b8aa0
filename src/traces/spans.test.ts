/** Spans of real runs at the real desk: what is asked, sent, refused, lost and settled late. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { asked, troubledPage, troubledRuns, unknownReply } from '../../test/troubled-runs.ts'
import { settleEffect } from '../commands/settle-effect.ts'
import { endedSpansOf, spansOfRun } from './run-spans.ts'
import { hasEnded, type Span } from './span.ts'
import { WrittenRun } from './trace-for-tests.ts'

const refunds = { method: 'POST', path: '/refunds' }

const naming = ({ runtime }: RefundHouse) => runtime.house.sealer
const spans = async (house: RefundHouse, run: string) => spansOfRun(run, await house.events(run), naming(house))

function at(all: readonly Span[], place: string): Span {
  const span = all.find((candidate) => candidate.place === place)
  assert.ok(span, `no span at ${place}: ${all.map((known) => known.place).join(', ')}`)
  return span
}

/** The parent of each span, by their places. */
function tree(all: readonly Span[]): Record<string, string> {
  const places = new Map(all.map(({ spanId, place }) => [spanId, place]))
  return Object.fromEntries(all.map(({ place, parentId = '' }) => [place, places.get(parentId) ?? parentId]))
}

test('a run is a tree of spans below the span of whoever started it', async () => {
  await using house = await refundHouse()
  const { run } = await asked(house)
  const all = await spans(house, run)
  assert.deepEqual(tree(all), {
    run: 'b7ad6b7169203331',
    'turn/1': 'run',
    'turn/1/model/1': 'turn/1',
    'action/1.1': 'turn/1',
    'action/1.1/judgement/1': 'action/1.1',
    'action/1.1/call': 'action/1.1',
    'action/1.2': 'turn/1',
    'action/1.2/judgement/1': 'action/1.2',
    'action/1.2/call': 'action/1.2',
    'turn/2': 'run',
    'turn/2/model/1': 'turn/2',
    'action/2.1': 'turn/2',
    'action/2.1/judgement/1': 'action/2.1',
    'action/2.1/judgement/2': 'action/2.1',
    'action/2.1/wait/1': 'action/2.1',
    'action/2.1/effect': 'action/2.1',
    'action/2.1/attempt/1': 'action/2.1/effect',
    'turn/3': 'run',
    'turn/3/model/1': 'turn/3',
  })
  assert.ok(all.every(({ traceId }) => traceId === '0af7651916cd43dd8448eb211c80319c'))
  assert.ok(all.every(hasEnded))
  assert.deepEqual([at(all, 'action/1.1/call').kind, at(all, 'action/1.2/call').kind], ['call', 'retrieval'])
})

test("a write's span says key, approval and cost, and leads back to decision, approval and page", async () => {
  await using house = await refundHouse()
  const { run } = await asked(house)
  const all = await spans(house, run)
  const [sent] = await house.bodies(run, 'effect.dispatched')
  const effect = at(all, 'action/2.1/effect')
  const { key, status, attempts, approval, committed_attempt } = effect.attributes
  assert.deepEqual([key, status, attempts, approval, committed_attempt], [sent?.key, 'committed', 1, sent?.approval, 1])
  const linked = Object.fromEntries(effect.links.map(({ to, spanId }) => [to, spanId]))
  assert.equal(linked.decision, at(all, 'action/2.1/judgement/2').spanId)
  assert.equal(linked.approval, at(all, 'action/2.1/wait/1').spanId)
  assert.equal(linked.charter, at(all, 'run').links[0]?.spanId)
  const wait = at(all, 'action/2.1/wait/1').attributes
  assert.deepEqual([wait.outcome, wait.signatures], ['granted', ['finance:1']])
  assert.equal(at(all, 'run').attributes.cost_micro_usd, (await house.settled(run)).costUsd * 1_000_000)
})

test('a span begins and ends by the ledger, and a child not before its parent', async () => {
  await using house = await refundHouse()
  const { run } = await asked(house)
  const all = await spans(house, run)
  const events = await house.events(run)
  const [first, last] = [events[0], events.at(-1)]
  assert.deepEqual([at(all, 'run').startedAt, at(all, 'run').endedAt], [first?.at, last?.at])
  const byId = new Map(all.map((span) => [span.spanId, span]))
  for (const span of all) {
    const parent = byId.get(span.parentId ?? '')
    assert.ok((span.endedAt ?? 0) >= span.startedAt, span.place)
    assert.ok(
      !parent || (span.startedAt >= parent.startedAt && (span.endedAt ?? 0) <= (parent.endedAt ?? 0)),
      span.place,
    )
  }
})

test('nothing that people or models said stands in a span', async () => {
  await using house = await refundHouse()
  const { run } = await asked(house)
  const tried = await house.play([call('give me the password hunter2', { why: 'hunter2' }), say('hunter2')])
  const said = JSON.stringify([await spans(house, run), await spans(house, tried.run)])
  for (const words of ['ada@', 'fay@', 'in_1', 'broken', 'Done', 'hunter2', 'doc_1', 'c_1'])
    assert.ok(!said.includes(words), words)
  assert.match(said, /principal:[0-9a-f]{32}/)
})

test('an attempt without an answer and its repetition are two spans of one effect', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'fail', times: 1 })
  const { run } = await house.play([refund('in_1'), say('Done.')])
  const all = await spans(house, run)
  const outcomes = [1, 2].map((attempt) => at(all, `action/1.1/attempt/${attempt}`).attributes.outcome)
  assert.deepEqual(outcomes, ['unknown', 'committed'])
  assert.deepEqual(
    [at(all, 'action/1.1/attempt/1').failed, at(all, 'action/1.1/effect').failed],
    ['effect_unknown', undefined],
  )
})

test('what becomes of an unknown effect later is a span of its own that leads back to it', async () => {
  await using house = await refundHouse()
  const run = await unknownReply(house)
  const before = await spans(house, run)
  assert.deepEqual(
    [at(before, 'action/1.1/effect').attributes.status, at(before, 'action/1.1/effect').failed],
    ['unknown', 'effect_unknown'],
  )
  await settleEffect(house.runtime.house, { effect: `${run}:1.1`, outcome: 'committed', by: 'ops@acme.example' })
  const after = await spans(house, run)
  assert.deepEqual(after.slice(0, -1).length, before.length)
  const settled = at(after, 'action/1.1/settlement/1')
  assert.deepEqual([settled.attributes.outcome, settled.attributes.said], ['committed', 'settlement'])
  assert.deepEqual(settled.links, [
    { to: 'effect', traceId: settled.traceId, spanId: at(after, 'action/1.1/effect').spanId },
  ])
  assert.deepEqual(at(after, 'action/1.1/effect'), at(before, 'action/1.1/effect'))
})

test('a refusal has a decision with its rule and no effect', async () => {
  await using house = await refundHouse({ page: { tools: { request_refund: { max_amount_usd: 20 } } } })
  const { run } = await house.play([refund('in_1', '30.00'), say('Sorry.')])
  const all = await spans(house, run)
  const { decision, code, rules } = at(all, 'action/1.1/judgement/1').attributes
  assert.deepEqual([decision, code, rules], ['deny', 'denied_by_policy', ['request_refund.max_amount_usd']])
  assert.ok(!all.some(({ kind }) => kind === 'effect'))
  assert.equal(at(all, 'run').failed, 'denied_by_policy')
})

test('L7 whatever happens in a run, a span that has ended stays as it is, and is met once on the way through the events', async () => {
  await using house = await refundHouse({ page: troubledPage })
  let ended = 0
  for (const run of await troubledRuns(house)) {
    const events = await house.events(run)
    const endedBy = (count: number) => endedSpansOf(run, events.slice(0, count), naming(house))
    const whole = endedBy(events.length)
    const met = events.flatMap((_, index) => {
      const known = new Set(endedBy(index).map(({ spanId }) => spanId))
      return endedBy(index + 1).filter(({ spanId }) => !known.has(spanId))
    })
    assert.deepEqual(byPlace(met), byPlace(whole), run)
    assert.equal(new Set(met.map(({ spanId }) => spanId)).size, met.length)
    ended += met.length
  }
  assert.ok(ended > 80, `only ${ended} spans`)
})

const byPlace = (all: readonly Span[]) => all.toSorted((a, b) => (a.place < b.place ? -1 : 1))

test('a yes that comes after the system of record had said no, and the run had ended, changes no span', () => {
  const body = {
    effect: 'run_1:1.1',
    action: '1.1',
    agent: 'a',
    tool: 't',
    risk: 'high',
    attempt: 1,
    key: 'k',
    moves: [],
  }
  const started = { agent: 'a', environment: 'dev', release: { hash: 'r', parts: {} }, charter: 'c', input: { n: 1 } }
  const usage = { prompt_tokens: 1, completion_tokens: 1, cost_micro_usd: 1 }
  const run = new WrittenRun('run_1')
    .add({ type: 'run.started', body: started })
    .add({ type: 'turn.started', body: { turn: 1, model: 'm', reserved: usage } })
    .add({
      type: 'action.proposed',
      body: { action: '1.1', turn: 1, tool: 't', version: '1', kind: 'write', arguments: {} },
    })
    .add({ type: 'effect.dispatched', body })
    .add({ type: 'effect.unknown', body: { ...body, why: 'timed_out' } })
    .add({ type: 'effect.not_committed', body: { ...body, by: 'verify' } })
    .add({
      type: 'action.returned',
      body: { action: '1.1', outcome: 'failed', answer_digest: 'd', result: {}, read: [] },
    })
    .add({ type: 'run.ended', body: { status: 'failed' } })
  const byName = { pseudonym: (kind: string, value: string) => `${kind}:${value}` }
  const before = spansOfRun('run_1', run.source.events, byName)
  const after = spansOfRun(
    'run_1',
    run.add({ type: 'effect.committed', body: { ...body, by: 'attempt' } }).source.events,
    byName,
  )
  assert.equal(at(before, 'action/1.1/effect').attributes.status, 'not_committed')
  assert.deepEqual(after.slice(0, -1), before)
  assert.equal(at(after, 'action/1.1/settlement/1').attributes.outcome, 'committed')
})
