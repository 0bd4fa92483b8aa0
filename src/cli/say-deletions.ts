/** What is missing from a run, and by which deletion. */
import type { House } from '../commands/house.ts'
import type { Json } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { type Deletion, deletionOf, deletionsIn, erasureStream } from '../retention/deletion-of.ts'
import { sayTime } from './say-time.ts'

export async function deletionsOf({ ledger, tenant }: House, run: string): Promise<readonly Deletion[]> {
  return deletionsIn(await ledger.read(tenant, erasureStream(`run/${run}`)))
}

/** The one that took a payload; nothing where none did. */
export async function deletionBehind(
  { ledger, tenant }: Pick<House, 'ledger' | 'tenant'>,
  stream: string,
  ref: PayloadRef,
): Promise<Deletion | undefined> {
  return deletionOf(await ledger.read(tenant, erasureStream(stream)), stream, ref.class, ref.n)
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
