/** Numbers of real runs, held against what the lists of the ledger say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { settleEffect } from '../commands/settle-effect.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { RunResult } from '../run-handle.ts'
import { MetricsFold } from './fold-metrics.ts'
import { LedgerMetrics } from './ledger-metrics.ts'
import { type MetricName, metricOf, metrics } from './metric-table.ts'
import { prometheusText } from './prometheus-text.ts'
import { mostSeries, Series } from './series.ts'

async function told(house: RefundHouse, exporters: Parameters<LedgerMetrics['text']>[0] = []) {
  const reading = new LedgerMetrics(house.runtime.house)
  await reading.catchUp()
  return readText(await reading.text(exporters))
}

/** `name{labels}` to number, as a program reads it. */
const readText = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, series, value] = /^([^# ]\S*(?:\{.*\})?) (\S+)$/.exec(line) ?? []
      return series === undefined ? [] : [[series, Number(value)] as const]
    }),
  )

function questionOf(result: RunResult): string {
  assert.equal(result.status, 'waiting')
  return result.status === 'waiting' ? result.approvals[0].id : ''
}

const lists = ({ runtime: { house } }: RefundHouse) =>
  house.ledger.find(house.tenant, {
    runs: { read: 'runs', environment: 'dev', most: 100 },
    open: { read: 'effects', status: 'open', most: 100 },
    waiting: { read: 'approvals', status: 'pending' },
    stops: { read: 'stops' },
  })

/** One of each: done, retried, refused, unknown, waiting, stopped. */
async function played(house: RefundHouse) {
  await house.play([call('get_invoice', { invoice: 'in_1' }), refund('in_1'), say('Done.')])
  house.desk.setFault({ method: 'POST', path: '/refunds', fault: 'fail', times: 1 })
  await house.play([refund('in_2'), say('Done.')])
  await house.play([call('refund_everything_for_ada', {}), say('Sorry.')])
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'commit_then_disconnect', times: 1 })
  const unknown = await house.play([call('send_reply', { ticket: 't_1', body: 'Soon.' }), say('?')])
  const waiting = await house.play([refund('in_3', '60.00'), say('Done.')])
  await house.stop({ scope: 'tool', value: 'add_note', level: 'draft' })
  return { unknown: unknown.run, waiting }
}

for (const database of ['memory', 'postgres'] as const) {
  test(`the numbers are those of the lists (${database})`, async () => {
    await using house = await refundHouse({ database })
    await played(house)
    const [numbers, { runs, open, waiting, stops }] = [await told(house), await lists(house)]
    const sumOf = (name: string) =>
      [...numbers].flatMap(([series, value]) => (series.startsWith(name) ? [value] : [])).reduce((a, b) => a + b, 0)
    const ended = runs.filter(({ ended_at }) => ended_at !== null)
    assert.equal(numbers.get('charter_runs_started_total{agent="refunds"}'), runs.length)
    assert.equal(sumOf('charter_runs_ended_total'), ended.length)
    assert.equal(sumOf('charter_runs_open'), runs.length - ended.length)
    assert.equal(sumOf('charter_effects_open'), open.length)
    assert.equal(sumOf('charter_approvals_waiting'), waiting.length)
    assert.equal(numbers.get('charter_stops_in_force{scope="tool",level="draft"}'), stops.length)
    assert.equal(
      sumOf('charter_model_calls_total'),
      runs.reduce((sum, { turns }) => sum + turns, 0),
    )
    const cost = runs.reduce((sum, { cost_micro_usd }) => sum + cost_micro_usd, 0) / 1_000_000
    assert.equal(sumOf('charter_cost_usd_total'), cost)
    assert.equal(
      sumOf('charter_effects_total'),
      runs.reduce((sum, { effects }) => sum + effects, 0),
    )
  })
}

test('unknown effects, attempts, decisions and latency are told by tool, outcome and model', async () => {
  await using house = await refundHouse()
  const { unknown, waiting } = await played(house)
  const numbers = await told(house)
  const refunds = 'agent="refunds",tool="request_refund"'
  assert.equal(numbers.get('charter_effects_open{agent="refunds",tool="send_reply",status="unknown"}'), 1)
  assert.equal(numbers.get(`charter_effect_attempts_total{${refunds},outcome="committed"}`), 2)
  assert.equal(numbers.get(`charter_effect_attempts_total{${refunds},outcome="unknown"}`), 1)
  assert.equal(
    numbers.get(`charter_decisions_total{${refunds},decision="ask",code="approval_required"}`) ??
      numbers.get(`charter_decisions_total{${refunds},decision="ask",code=""}`),
    1,
  )
  const calls = numbers.get('charter_model_calls_total{agent="refunds",model="scripted/refunds",outcome="answered"}')
  assert.equal(numbers.get('charter_model_latency_seconds_count{agent="refunds",model="scripted/refunds"}'), calls)
  assert.equal(
    numbers.get('charter_model_latency_seconds_bucket{agent="refunds",model="scripted/refunds",le="+Inf"}'),
    calls,
  )
  await settleEffect(house.runtime.house, { effect: `${unknown}:1.1`, outcome: 'committed', by: 'ops@acme.example' })
  await house.answer(questionOf(waiting), { type: 'grant' })
  await house.settled(waiting.run)
  const later = await told(house)
  assert.equal(later.get('charter_effects_open{agent="refunds",tool="send_reply",status="unknown"}'), undefined)
  assert.equal(later.get(`charter_approvals_settled_total{${refunds},outcome="granted"}`), 1)
  assert.equal(later.get(`charter_approvals_waiting{${refunds}}`), undefined)
})

test('the age of the oldest question grows with the clock', async () => {
  await using house = await refundHouse()
  await house.play([refund('in_1', '60.00'), say('Done.')])
  await house.clock.skip(60_000)
  const age = (await told(house)).get('charter_approval_oldest_seconds{agent="refunds",tool="request_refund"}') ?? 0
  assert.ok(age >= 60 && age < 120, String(age))
})

test('an exporter that is behind is told with the age of what it has not passed', async () => {
  await using house = await refundHouse()
  await house.play([say('Done.')])
  await house.clock.skip(30_000)
  const last = (await house.runtime.house.ledger.tail('default', 0, 1_000)).at(-1)?.position ?? 0
  const numbers = await told(house, [
    { collector: 'behind', position: 0 },
    { collector: 'there', position: last },
  ])
  assert.ok((numbers.get('charter_exporter_lag_seconds{collector="behind"}') ?? 0) >= 30)
  assert.equal(numbers.get('charter_exporter_lag_seconds{collector="there"}'), 0)
})

test('what a model invents is no label: a tool that nobody knows is `unknown`', async () => {
  await using house = await refundHouse()
  await played(house)
  const text = [...(await told(house)).keys()].join('\n')
  assert.doesNotMatch(text, /refund_everything_for_ada/)
  assert.match(text, /charter_actions_total\{agent="refunds",tool="unknown",outcome="refused"\}/)
  assert.doesNotMatch(text, /run_|in_1|@/)
})

test('however many values a label takes, a metric has so many series and no more, and loses no count', () => {
  const series = new Series()
  for (let n = 0; n < 2 * mostSeries; n++) series.add('charter_effects_total', ['refunds', `tool_${n}`])
  const points = series.points('charter_effects_total')
  assert.equal(points.length, mostSeries + 1)
  assert.equal(
    points.reduce((sum, { value }) => sum + value, 0),
    2 * mostSeries,
  )
  assert.deepEqual(points.at(-1), { labels: ['other', 'other'], value: mostSeries })
})

test('every metric is described, bears the name of its unit, and every label value is escaped', () => {
  const fold = new MetricsFold('dev')
  const stop = { stop: 's', scope: 'a"b\\c\nd', value: '', environment: '', level: 'draft' }
  const raised = { stream: 'stop/s', type: 'stop.raised', position: 1, at: 0, body: stop }
  fold.fold(raised as object as LedgerEvent)
  const text = prometheusText(fold, 0)
  assert.ok(text.includes('charter_stops_in_force{scope="a\\"b\\\\c\\nd",level="draft"} 1'))
  for (const name of Object.keys(metrics) as MetricName[]) {
    const { type, about } = metricOf(name)
    assert.ok(text.includes(`# HELP ${name} ${about}\n# TYPE ${name} ${type}\n`))
    assert.equal(name.endsWith('_total'), type === 'counter', name)
  }
})
