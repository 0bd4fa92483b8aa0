/** What is missing from a run, and by which deletion. */
import type { House } from '../commands/house.ts'
import type { Json } from '../json.ts'
import { type Deletion, deletionsIn, erasureStream } from '../retention/deletion-of.ts'
import { sayTime } from './say-time.ts'

export async function deletionsOf({ ledger, tenant }: House, run: string): Promise<readonly Deletion[]> {
  return deletionsIn(await ledger.read(tenant, erasureStream(`run/${run}`)))
}

const causes = {
  expired: 'when its time was over',
  ordered: 'on order',
  subject: 'with its subject',
} as const

/** `erased with its subject, 2026-11-21 19:01:34Z by kit@acme.example (ret_01J…)` */
export const sayDeletion = ({ cause, at, by, deletion }: Deletion): string =>
  `erased ${causes[cause]}, ${sayTime(at)} by ${by} (${deletion})`

/** One line for each deletion. */
export function sayDeletions(deletions: readonly Deletion[]): string[] {
  const byDeletion = Map.groupBy(deletions, ({ deletion }) => deletion)
  return [...byDeletion.values()].flatMap((parts) => {
    const classes = parts.map((part) => part.class).join(', ')
    return parts.slice(0, 1).map((first) => `${sayDeletion(first)}: ${classes}`)
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
