/** A rate said as a limit, so that one mechanism counts both: calls of the tool, over a window. */
import { formatRate, type Rate } from '../duration.ts'

export interface RateLimit {
  readonly measure: 'calls'
  readonly per: 'tool'
  readonly withinMs: number
  readonly max: number
  /** For people: `10/min`. */
  readonly says: string
}

/** The vendor's rate and the page's both bind: the page only tightens. */
export function rateLimits(...rates: readonly (Rate | undefined)[]): readonly RateLimit[] {
  const given = rates.filter((rate) => rate !== undefined)
  return given
    .filter((rate, index) => !given.some((other, at) => at !== index && covers(other, rate, at < index)))
    .map((rate) => ({
      measure: 'calls',
      per: 'tool',
      withinMs: rate.withinMs,
      max: rate.count,
      says: formatRate(rate),
    }))
}

/** Never more, over a window at least as long: then the other adds nothing. Of two that are equal the first stands. */
function covers(one: Rate, other: Rate, first: boolean): boolean {
  if (one.count === other.count && one.withinMs === other.withinMs) return first
  return one.count <= other.count && one.withinMs >= other.withinMs
}
