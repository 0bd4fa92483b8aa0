/** A figure as it is shown: what was counted, over what, in which unit; never a bare number. */
import type { Costs } from './costs.ts'
import { type Measure, ratioOf, type Unit } from './measure.ts'
import { type CostLine, costLines, totalCost } from './run-facts.ts'
import type { Tally } from './tally.ts'

export interface Figure {
  readonly name: string
  readonly unit: Unit
  readonly better: 'higher' | 'lower'
  /** Of a time, the number of runs stands as denominator and nothing as numerator. */
  readonly numerator: number | null
  readonly denominator: number
  /** Null: not measured. */
  readonly value: number | null
  readonly percentiles?: Percentiles
}

/** Whole milliseconds: the smallest sample that so many of a hundred do not exceed. */
export type Percentiles = { readonly p50: number; readonly p95: number; readonly p99: number }

export function figureOf(tally: Tally, measure: Measure): Figure {
  const { name, unit, better } = measure
  if (measure.of === 'time') {
    const samples = Float64Array.from(tally.samplesOf(measure)).sort()
    const about = { name, unit, better, numerator: null, denominator: samples.length }
    if (samples.length === 0) return { ...about, value: null }
    const percentiles = { p50: percentile(samples, 50), p95: percentile(samples, 95), p99: percentile(samples, 99) }
    return { ...about, value: percentiles.p95, percentiles }
  }
  const { x, y } = tally.sumsOf(measure)
  return {
    ...{ name, unit, better, numerator: x, denominator: y },
    value: ratioOf({ numerator: x, denominator: y }) ?? null,
  }
}

/** By nearest rank. */
const percentile = (sorted: ArrayLike<number>, rank: number): number =>
  sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? 0

export interface CostReport {
  /** Of ended runs; the sum of the lines, to the micro-dollar. */
  readonly total_micro_usd: number
  readonly lines: readonly {
    readonly line: CostLine
    readonly micro_usd: number
    /** False where people worked and no rate is configured: the total is then without them. */
    readonly measured: boolean
  }[]
}

export function costReport({ cost }: Tally, { peoplePerHour }: Costs): CostReport {
  const isMeasured = (line: CostLine) => line !== 'people' || peoplePerHour !== undefined || cost.peopleMs === 0
  return {
    total_micro_usd: totalCost(cost),
    lines: costLines.map((line) => ({ line, micro_usd: cost[line], measured: isMeasured(line) })),
  }
}
