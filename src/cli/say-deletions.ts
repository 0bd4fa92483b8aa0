/** What is missing from a run, and by which deletion. */
import type { House } from '../commands/house.ts'
import type { Json } from '../json.ts'
import { type Deletion, deletionsIn, erasureStream } from '../retention/deletion-of.ts'
import { sayTime } from './say-time.ts'

export async function deletionsOf({ ledger, tenant }: House, run: string): Promise<readonly Deletion[]> {
  return deletionsIn(await ledger.read(tenant, erasureStream(`run/${run}`)))
}

const causes = {
  expired: 'its time was over',
  ordered: 'on order',
  subject: 'with its subject',
} as const

/** One line for each deletion. */
export function sayDeletions(deletions: readonly Deletion[]): string[] {
  const byDeletion = Map.groupBy(deletions, ({ deletion }) => deletion)
  return [...byDeletion.values()].flatMap((parts) => {
    const [first] = parts
    if (!first) return []
    const { at, by, cause, deletion } = first
    const classes = parts.map((part) => part.class).join(', ')
    return [`erased: ${classes}, ${causes[cause]}, ${sayTime(at)} by ${by} (${deletion})`]
  })
}

export const deletionDocument = (deletions: readonly Deletion[]): Json =>
  deletions.map(({ deletion, cause, class: ofClass, at, by, count }) => ({
    deletion,
    cause,
    class: ofClass,
    at,
    by,
    count,
  }))
