/** What must be reached in the time given, and what must not be passed. */
import type { Options } from './options.ts'

export interface Aims {
  readonly runs: number
  readonly faults: number
  /** Megabytes by which the process may have grown from `settledAfter` to the end, along a straight line. */
  readonly rssGrowthMb: number
  readonly walMaxMb: number
  readonly fdGrowth: number
  /** Minutes after which it should not grow any more. */
  readonly settledAfter: number
}

const whole = { minutes: 30, runs: 5_000, faults: 500 }

/** As many runs and faults a minute as in the whole half hour. What a process still learns in its first minutes is more memory. */
export function aimsOf({ minutes }: Options): Aims {
  const part = Math.min(1, minutes / whole.minutes)
  const isLong = minutes >= 10
  return {
    runs: Math.floor(whole.runs * part),
    faults: Math.floor(whole.faults * part),
    rssGrowthMb: isLong ? 30 : 150,
    walMaxMb: 64,
    fdGrowth: 5,
    settledAfter: isLong ? 5 : minutes / 3,
  }
}
