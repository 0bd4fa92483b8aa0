/** What a number of seeds came to, as one process tells it to another. */
import type { Played } from '../../test/world/play.ts'

export interface LaneWork {
  /** Of the bench; each world's seed is this and its number. */
  readonly seed: number
  readonly from: number
  readonly to: number
  /** Every so manieth seed is played twice; none for 0. */
  readonly againEvery: number
  readonly untilFound: boolean
  /** Milliseconds of this process after which no further seed is begun. */
  readonly forMs: number
  /** Where the files of the first world are kept. */
  readonly keepIn?: string
}

export interface Sum {
  seeds: number
  steps: number
  crashes: number
  crashesInRecovery: number
  effects: number
  commits: number
  decisions: number
  playedAgain: number
  readonly nondeterministic: string[]
  /** Seeds in which both kinds of fault met over one effect. */
  readonly pairs: Record<string, number>
  readonly struck: Record<string, number>
  readonly violations: { seed: string; rule: string; said: string }[]
}

export const emptySum = (): Sum => ({
  seeds: 0,
  steps: 0,
  crashes: 0,
  crashesInRecovery: 0,
  effects: 0,
  commits: 0,
  decisions: 0,
  playedAgain: 0,
  nondeterministic: [],
  pairs: {},
  struck: {},
  violations: [],
})

export function addTo(sum: Sum, seed: string, played: Played): void {
  const { tally, violation } = played
  sum.seeds += 1
  sum.steps += played.steps
  sum.crashes += tally.crashes
  sum.crashesInRecovery += tally.crashesInRecovery
  sum.effects += played.effects
  sum.commits += played.commits
  sum.decisions += played.decisions
  for (const pair of tally.pairs) count(sum.pairs, pair, 1)
  for (const [blow, times] of tally.struck) count(sum.struck, blow, times)
  if (violation) sum.violations.push({ seed, ...violation })
}

export function merge(sums: readonly Sum[]): Sum {
  const whole = emptySum()
  for (const sum of sums) {
    whole.seeds += sum.seeds
    whole.steps += sum.steps
    whole.crashes += sum.crashes
    whole.crashesInRecovery += sum.crashesInRecovery
    whole.effects += sum.effects
    whole.commits += sum.commits
    whole.decisions += sum.decisions
    whole.playedAgain += sum.playedAgain
    whole.nondeterministic.push(...sum.nondeterministic)
    whole.violations.push(...sum.violations)
    for (const [pair, times] of Object.entries(sum.pairs)) count(whole.pairs, pair, times)
    for (const [blow, times] of Object.entries(sum.struck)) count(whole.struck, blow, times)
  }
  return whole
}

function count(counts: Record<string, number>, name: string, times: number): void {
  counts[name] = (counts[name] ?? 0) + times
}
