/** Weeks as ISO 8601 counts them, in UTC: `2026-W47` begins on a Monday, and belongs to the year of its Thursday. */
import { CharterError } from '../errors.ts'

const dayMs = 86_400_000
export const weekMs = 7 * dayMs

/** From the first millisecond on, up to but without the last. */
export interface Span {
  readonly from: number
  readonly until: number
}

export function weekOf(at: number): string {
  const thursday = mondayOf(at) + 3 * dayMs
  const year = new Date(thursday).getUTCFullYear()
  const number = Math.floor((thursday - Date.UTC(year, 0, 1)) / weekMs) + 1
  return `${year}-W${String(number).padStart(2, '0')}`
}

/** Throws `usage` for what is no week. */
export function spanOfWeek(week: string): Span {
  const [, year, number] = /^(\d{4})-W(\d{2})$/.exec(week) ?? []
  // The fourth of January is in the first week of its year.
  const from = mondayOf(Date.UTC(Number(year), 0, 4)) + (Number(number) - 1) * weekMs
  if (year !== undefined && weekOf(from) === week) return { from, until: from + weekMs }
  throw new CharterError('usage', `\`${week}\` is no week`, { param: 'week', hint: 'a week is written 2026-W47' })
}

/** So many weeks later, or earlier where it is negative. */
export const weekAfter = (week: string, weeks: number): string => weekOf(spanOfWeek(week).from + weeks * weekMs)

/** The first of January 1970 was a Thursday. */
const mondayOf = (at: number): number =>
  at - ((((Math.floor(at / dayMs) + 3) % 7) + 7) % 7) * dayMs - (((at % dayMs) + dayMs) % dayMs)
