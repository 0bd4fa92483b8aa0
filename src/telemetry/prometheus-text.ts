/** Numbers as Prometheus reads them: text format 0.0.4. */
import type { MetricsFold } from './fold-metrics.ts'
import { latencyBuckets, type MetricName, metricOf, metrics } from './metric-table.ts'
import { type Histogram, type Labels, type Point, Series } from './series.ts'

export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** How far behind an exporter is. */
export interface ExporterLag {
  readonly collector: string
  readonly seconds: number
}

/** `now` in milliseconds since 1970. */
export function prometheusText(fold: MetricsFold, now: number, lags: readonly ExporterLag[] = []): string {
  const standing = standingNow(fold, now, lags)
  const names = Object.keys(metrics) as MetricName[]
  const lines = names.flatMap((name) => {
    const { type, about } = metrics[name]
    const points = type === 'counter' ? fold.series.points(name) : standing.points(name)
    const said =
      type === 'histogram'
        ? fold.series.histograms(name).flatMap((one) => sayHistogram(name, one))
        : points.map((point) => sayPoint(name, point))
    return [`# HELP ${name} ${about}`, `# TYPE ${name} ${type}`, ...said]
  })
  return `${lines.join('\n')}\n`
}

/** What is so at this moment. */
function standingNow(fold: MetricsFold, now: number, lags: readonly ExporterLag[]): Series {
  const standing = new Series()
  for (const { agent, status } of fold.runs.values()) standing.add('charter_runs_open', [agent, status])
  for (const { agent, tool, status } of fold.effects.values())
    if (status !== 'not_committed') standing.add('charter_effects_open', [agent, tool, status])
  for (const agent of fold.handoffs.values()) standing.add('charter_handoffs_open', [agent])
  for (const { scope, level } of fold.stops.values()) standing.add('charter_stops_in_force', [scope, level])
  const oldest = new Map<string, { labels: Labels; at: number }>()
  for (const { agent, tool, at } of fold.approvals.values()) {
    const labels = [agent, tool]
    standing.add('charter_approvals_waiting', labels)
    const key = JSON.stringify(labels)
    oldest.set(key, { labels, at: Math.min(at, oldest.get(key)?.at ?? at) })
  }
  for (const { labels, at } of oldest.values())
    standing.add('charter_approval_oldest_seconds', labels, Math.max(0, now - at) / 1_000)
  for (const { collector, seconds } of lags) standing.add('charter_exporter_lag_seconds', [collector], seconds)
  return standing
}

const sayPoint = (name: MetricName, { labels, value }: Point): string =>
  `${name}${sayLabels(name, labels)} ${value / (metricOf(name).per ?? 1)}`

function sayHistogram(name: MetricName, { labels, counts, sum }: Histogram): readonly string[] {
  let below = 0
  const bounds = [...latencyBuckets.map(String), '+Inf']
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0
    return `${name}_bucket${sayLabels(name, labels, ['le', bound])} ${below}`
  })
  return [
    ...buckets,
    `${name}_sum${sayLabels(name, labels)} ${sum}`,
    `${name}_count${sayLabels(name, labels)} ${below}`,
  ]
}

function sayLabels(name: MetricName, labels: Labels, more?: readonly [string, string]): string {
  const named = metrics[name].labels.map((label, index) => [label, labels[index] ?? ''] as const)
  const said = [...named, ...(more ? [more] : [])].map(([label, value]) => `${label}="${escaped(value)}"`)
  return said.length === 0 ? '' : `{${said.join(',')}}`
}

const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
