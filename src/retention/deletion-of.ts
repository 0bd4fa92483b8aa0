/** Which deletion took content away: read from the ledger, so that whoever misses it can be told. */
import type { Cause, PayloadErased, StoredEvent } from './retention-events.ts'

/** Where the deletions of a stream's content stand. */
export const erasureStream = (stream: string): string => `erasure/${stream}`

export interface Deletion {
  /** `ret_01J…`, of a sweep or of a subject's erasure. */
  readonly deletion: string
  readonly cause: Cause
  readonly class: string
  readonly at: number
  readonly by: string
  readonly count: number
}

/**
 * The deletion that took a class of content of a stream, or one payload of it by its number; nothing where none did.
 * `events` are those of `erasureStream(stream)`, among others or alone.
 */
export function deletionOf(
  events: readonly StoredEvent[],
  stream: string,
  ofClass: string,
  n?: number,
): Deletion | undefined {
  for (const { type, at, actor, body } of events) {
    if (type !== 'payload.erased') continue
    const erased = body as PayloadErased
    if (erased.stream !== stream || erased.class !== ofClass) continue
    if (n !== undefined && n > erased.through) continue
    return { deletion: erased.deletion, cause: erased.cause, class: ofClass, at, by: actor, count: erased.count }
  }
  return undefined
}

/** All deletions of a stream's content, oldest first. */
export const deletionsIn = (events: readonly StoredEvent[]): readonly Deletion[] =>
  events.flatMap(({ type, at, actor, body }) => {
    if (type !== 'payload.erased') return []
    const { deletion, cause, class: ofClass, count } = body as PayloadErased
    return [{ deletion, cause, class: ofClass, at, by: actor, count }]
  })
