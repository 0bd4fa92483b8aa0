/** Numbers by metric and labels. A label that goes wild cannot fill the memory of whoever collects them. */
import { latencyBuckets, type MetricName, metrics } from './metric-table.ts'

export type Labels = readonly string[]

export interface Point {
  readonly labels: Labels
  value: number
}

export interface Histogram {
  readonly labels: Labels
  /** Of each bucket alone, the one without bound last. */
  readonly counts: number[]
  sum: number
}

/** Further label values of a metric count as `other`. */
export const mostSeries = 500

export class Series {
  readonly #points = new Map<MetricName, Map<string, Point>>()
  readonly #histograms = new Map<MetricName, Map<string, Histogram>>()

  add(name: MetricName, labels: Labels, by = 1): void {
    placeIn(this.#points, name, labels, (labels) => ({ labels, value: 0 })).value += by
  }

  observe(name: MetricName, labels: Labels, seconds: number): void {
    const empty = (labels: Labels) => ({ labels, counts: [...latencyBuckets, 0].map(() => 0), sum: 0 })
    const histogram = placeIn(this.#histograms, name, labels, empty)
    const found = latencyBuckets.findIndex((bound) => seconds <= bound)
    const bucket = found === -1 ? latencyBuckets.length : found
    histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1
    histogram.sum += seconds
  }

  points = (name: MetricName): readonly Point[] => [...(this.#points.get(name)?.values() ?? [])]

  histograms = (name: MetricName): readonly Histogram[] => [...(this.#histograms.get(name)?.values() ?? [])]
}

function placeIn<Item>(
  all: Map<MetricName, Map<string, Item>>,
  name: MetricName,
  labels: Labels,
  empty: (labels: Labels) => Item,
): Item {
  const known = all.get(name) ?? new Map<string, Item>()
  all.set(name, known)
  const key = JSON.stringify(labels)
  const found = known.get(key)
  if (found) return found
  if (known.size >= mostSeries && labels.some((label) => label !== 'other'))
    return placeIn(
      all,
      name,
      metrics[name].labels.map(() => 'other'),
      empty,
    )
  const made = empty(labels)
  known.set(key, made)
  return made
}
