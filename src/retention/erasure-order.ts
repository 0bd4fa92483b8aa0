/**
 * Orders to erase a subject, from their being given to their being carried out. Pure; all orders of a tenant are one
 * stream. A crash leaves an order open: the next one for the same subject covers it.
 *
 *   subject.erasing ─▶ ( subject.erasing, for the engine ) ─▶ subject.erased
 */
import { readSubjectEvent, type StoredEvent, type SubjectErased, type SubjectErasing } from './retention-events.ts'

export const subjectStream = 'subject/register'

export interface Order extends SubjectErasing {
  readonly by: string
  /** Everything up to here is looked through at least. */
  readonly position: number
}

/** The last order for each subject that was not carried out since, oldest first. */
export function openOrders(events: readonly (StoredEvent & { readonly position: number })[]): readonly Order[] {
  const open = new Map<string, Order>()
  for (const stored of events) {
    const { type, body } = readSubjectEvent(stored)
    open.delete(body.subject)
    if (type === 'subject.erasing') open.set(body.subject, { ...body, by: stored.actor, position: stored.position })
  }
  return [...open.values()]
}

/** What came of an order; nothing as long as nobody carried it out. */
export function carriedOut(events: readonly StoredEvent[], deletion: string): SubjectErased | undefined {
  const found = events
    .map(readSubjectEvent)
    .find(({ type, body }) => type === 'subject.erased' && body.deletion === deletion)
  return found?.type === 'subject.erased' ? found.body : undefined
}
