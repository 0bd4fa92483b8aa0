/**
 * Whether a measure moved by more than noise between two spans of time.
 *
 * A ratio is compared by a score test whose unit is the run: actions of one run are no independent witnesses. Under the
 * hypothesis of no change both spans have the pooled ratio R, and a span's ratio varies by n/(n-1) · Σ(x - R·y)² / (Σy)²
 * over its n runs. Times are compared by the rank-sum test with ties, because one run of three days would move any mean.
 * Both take |z| ≥ 3.29 (one in a thousand) for drift, and say nothing where a span has fewer than 20 runs.
 */
import { figureOf } from './figure.ts'
import type { Measure, RatioMeasure } from './measure.ts'
import type { Sums, Tally } from './tally.ts'

export const driftLimits = { z: 3.29, runs: 20 } as const

export interface Drift {
  readonly measure: string
  /** Null where nothing was measured. */
  readonly before: number | null
  readonly now: number | null
  /** Above zero where it rose; nothing where too little is known. */
  readonly z: number | undefined
  readonly verdict: 'steady' | 'better' | 'worse' | 'too_few_runs'
}

export const driftsBetween = (before: Tally, now: Tally, measures: readonly Measure[]): readonly Drift[] =>
  measures.map((measure) => {
    const z = zOf(before, now, measure)
    return {
      measure: measure.name,
      before: figureOf(before, measure).value,
      now: figureOf(now, measure).value,
      z: z === undefined ? undefined : Math.round(z * 100) / 100,
      verdict: verdictOf(z, measure),
    }
  })

function zOf(before: Tally, now: Tally, measure: Measure): number | undefined {
  return measure.of === 'time'
    ? rankSum(before.samplesOf(measure), now.samplesOf(measure))
    : ratioScore(before, now, measure)
}

function verdictOf(z: number | undefined, { better }: Measure): Drift['verdict'] {
  if (z === undefined) return 'too_few_runs'
  if (Math.abs(z) < driftLimits.z) return 'steady'
  return z > 0 === (better === 'higher') ? 'better' : 'worse'
}

function ratioScore(before: Tally, now: Tally, measure: RatioMeasure): number | undefined {
  const [a, b] = [before.sumsOf(measure), now.sumsOf(measure)]
  if (Math.min(a.runs, b.runs) < driftLimits.runs || a.y === 0 || b.y === 0) return undefined
  const pooled = (a.x + b.x) / (a.y + b.y)
  return scoreOf(b.x / b.y - a.x / a.y, varianceOf(a, pooled) + varianceOf(b, pooled))
}

const varianceOf = ({ runs, y, xx, xy, yy }: Sums, ratio: number): number =>
  ((runs / (runs - 1)) * Math.max(0, xx - 2 * ratio * xy + ratio * ratio * yy)) / (y * y)

/** What never varied and did not move is steady; what never varied and moved is as far away as can be. */
const scoreOf = (moved: number, variance: number): number =>
  moved === 0 ? 0 : Math.max(-99, Math.min(99, moved / Math.sqrt(variance)))

function rankSum(before: readonly number[], now: readonly number[]): number | undefined {
  const [n, m] = [before.length, now.length]
  if (Math.min(n, m) < driftLimits.runs) return undefined
  const all = [...before.map((at) => ({ at, isNow: 0 })), ...now.map((at) => ({ at, isNow: 1 }))]
  all.sort((a, b) => a.at - b.at)
  let [ranks, ties] = [0, 0]
  for (let from = 0; from < all.length; ) {
    let to = from
    let ofNow = 0
    for (; to < all.length && all[to]?.at === all[from]?.at; to++) ofNow += all[to]?.isNow ?? 0
    const tied = to - from
    ranks += ofNow * ((from + 1 + to) / 2)
    ties += tied ** 3 - tied
    from = to
  }
  const total = n + m
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  return scoreOf(ranks - (m * (total + 1)) / 2, variance)
}
