/** The dashboard and the alerts that are shipped: each metric and label that they name is one that Charter tells. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { root } from '../../src/cli/project-for-tests.ts'
import { type MetricEntry, metrics } from '../../src/telemetry/metric-table.ts'

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly for: string
      readonly annotations: { readonly summary: string; readonly description: string }
    }[]
  }[]
}

interface Dashboard {
  readonly panels: readonly {
    readonly id: number
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] }
}

const read = (file: string) => readFileSync(path.join(root, 'deploy', file), 'utf8')
const rules = (parse(read('prometheus/charter.rules.yml')) as Rules).groups.flatMap((group) => group.rules)
const dashboard = JSON.parse(read('grafana/charter.json')) as Dashboard
const targets = dashboard.panels.flatMap((panel) => panel.targets)
const table: Readonly<Record<string, MetricEntry>> = metrics

/** Every series that Prometheus has of a metric. */
const seriesOf = (name: string, { type }: MetricEntry) =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name]
const known = new Map(
  Object.entries(table).flatMap(([name, entry]) => seriesOf(name, entry).map((series) => [series, entry])),
)

const namesIn = (expr: string) => [...expr.matchAll(/\bcharter_\w+/g)].map(([name]) => name)
const labelsIn = (expr: string) => [
  ...[...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
  ...[...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
]

function requireKnown(expr: string, said = ''): void {
  const names = namesIn(expr)
  assert.ok(names.length > 0, `${expr} names no metric`)
  assert.deepEqual(
    names.filter((name) => !known.has(name)),
    [],
    expr,
  )
  const labels = new Set(['le', ...names.flatMap((name) => known.get(name)?.labels ?? [])])
  const shown = [...said.matchAll(/\{\{\s*\$?(?:labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label)
  const grouped = new Set([...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)))
  assert.deepEqual(
    labelsIn(expr).filter((label) => !labels.has(label)),
    [],
    expr,
  )
  assert.deepEqual(
    shown.filter((label) => label !== 'value' && !grouped.has(label)),
    [],
    `${said} of ${expr}`,
  )
}

test('every alert asks for metrics and labels that are told, and says labels that it has', () => {
  assert.ok(rules.length >= 6)
  for (const { expr, annotations } of rules) requireKnown(expr, `${annotations.summary} ${annotations.description}`)
})

test('there is an alert for unknown effects, waiting approvals, stops, lag, cost and denials, each with what to do', () => {
  const names = rules.map(({ alert }) => alert)
  for (const subject of ['UnknownEffects', 'Approval', 'Stop', 'ExporterLag', 'CostSpike', 'DenialSpike'])
    assert.ok(
      names.some((name) => name.includes(subject)),
      subject,
    )
  for (const { alert, annotations, for: span } of rules) {
    assert.match(span, /^\d+[mh]$/, alert)
    assert.ok(annotations.description.length > 20, alert)
    for (const [page] of annotations.description.matchAll(/docs\/[\w/-]+\.md/g))
      assert.ok(existsSync(path.join(root, page)), page)
  }
})

test('every panel asks for metrics and labels that are told, and shows labels that it has', () => {
  assert.ok(targets.length > 15)
  for (const { expr, legendFormat } of targets) requireKnown(expr, legendFormat)
  const [agents] = dashboard.templating.list.filter(({ name }) => name === 'agent')
  requireKnown(agents?.query ?? '')
})

test('the dashboard shows every metric, and no panel lies on another', () => {
  const shown = new Set(targets.flatMap(({ expr }) => namesIn(expr)))
  const unseen = Object.entries(table).filter(
    ([name, entry]) => !seriesOf(name, entry).some((series) => shown.has(series)),
  )
  assert.deepEqual(
    unseen.map(([name]) => name),
    ['charter_ledger_events_total'],
  )
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
  )
  assert.equal(new Set(cells).size, cells.length)
  assert.ok(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24))
})

test('a metric, a label or a legend that is not there is found', () => {
  assert.throws(() => requireKnown('sum(charter_effects_lost)'))
  assert.throws(() => requireKnown('sum(charter_effects_open{run="1"})'))
  assert.throws(() => requireKnown('sum by (agent) (charter_effects_open)', '{{tool}}'))
})
