/** Weeks in which an agent worked, and that nobody has signed by the end of the week after. */
import { readReview } from '../commands/work-review.ts'
import { isLook } from '../measures/read-facts.ts'
import { spanOfWeek, weekAfter, weekOf } from '../measures/week.ts'
import { reviewDueAfterMs } from '../reviews/review.ts'
import { everyRun } from './every-run.ts'
import type { OpenHouse } from './open-house.ts'
import type { Paint } from './paint.ts'
import { sayTime } from './say-time.ts'

export interface ReviewedWeek {
  readonly agent: string
  readonly week: string
  readonly status: 'none' | 'open' | 'signed'
  readonly signed_by: string | null
  readonly due_at: number
  readonly overdue: boolean
}

/** Older ones are history: nobody is alerted for them. */
const weeksLookedAt = 8

/** The newest first; those of which runs are known. */
export async function reviewedWeeks(house: OpenHouse, agent?: string): Promise<readonly ReviewedWeek[]> {
  const now = house.clock.now()
  const oldest = spanOfWeek(weekAfter(weekOf(now), -weeksLookedAt)).from
  const worked = new Set<string>()
  for await (const row of everyRun(house)) {
    if (row.started_at < oldest) break
    if (!isLook(row) && (agent === undefined || row.agent === agent))
      worked.add(`${weekOf(row.started_at)} ${row.agent}`)
  }
  const keys = [...worked].toSorted().toReversed()
  return Promise.all(keys.map((key) => weekIn(house, key.slice(0, 8), key.slice(9), now)))
}

async function weekIn(house: OpenHouse, week: string, agent: string, now: number): Promise<ReviewedWeek> {
  const review = await readReview(house, agent, week)
  const dueAt = spanOfWeek(week).until + reviewDueAfterMs
  const signedBy = review.status === 'signed' ? review.signed.by : null
  const overdue = signedBy === null && now >= dueAt
  return { agent, week, status: review.status, signed_by: signedBy, due_at: dueAt, overdue }
}

export const overdueReviews = async (house: OpenHouse, agent?: string): Promise<readonly ReviewedWeek[]> =>
  (await reviewedWeeks(house, agent)).filter(({ overdue }) => overdue)

export const sayOverdue = (paint: Paint, overdue: readonly ReviewedWeek[]): string[] =>
  overdue.length === 0
    ? []
    : [
        '',
        ...overdue.map(
          ({ agent, week, status, due_at: dueAt }) =>
            `${paint.bad('overdue')}  the review of ${agent} for ${week} ${status === 'open' ? 'is not signed' : 'was not opened'}, due ${sayTime(dueAt)}`,
        ),
      ]
