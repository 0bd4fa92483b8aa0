/**
 * What can happen to what is kept. Counts, classes and pseudonyms: never the content, and no hash of it beyond what
 * the events that named it hold. Keys are in snake_case, as they are stored.
 *
 *   erasure/<stream>   payload.erased      which content of that stream is gone, and by which deletion
 *   retention/<id>     retention.run       what one sweep deleted
 *   subject/register   subject.erasing ─▶ subject.erased
 *   hold/register      hold.placed ─▶ hold.lifted
 */
import type { JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import type { HoldScope } from './hold.ts'

/** `expired`: the page's time was over. `ordered`: a person said so for a class. `subject`: of an erased subject. */
export type Cause = 'expired' | 'ordered' | 'subject'

export type PayloadErased = {
  readonly deletion: string
  readonly cause: Cause
  readonly stream: string
  readonly class: string
  readonly count: number
  /** The highest number of a payload of the class that was there: a later one is content of its own. */
  readonly through: number
}

export type RetentionRun = {
  readonly deletion: string
  readonly cause: 'expired' | 'ordered'
  /** Content of runs that had ended before then, whatever their page says. */
  readonly before?: number
  readonly streams: number
  readonly payloads: number
  readonly keys: number
  readonly classes: { readonly [name: string]: number }
  /** Streams that were due and are held. */
  readonly held: number
}

export type SubjectErasing = {
  readonly deletion: string
  readonly subject: string
  readonly reason: PayloadRef | null
  /** Left to the engine of the ledger, which alone can end runs that are open. */
  readonly engine: boolean
}

export type SubjectErased = {
  readonly deletion: string
  readonly subject: string
  readonly runs: number
  readonly streams: number
  readonly payloads: number
  readonly keys: number
  /** Runs that were open until then. */
  readonly ended: readonly string[]
  /** Writes whose outcome nobody knows: a person settles them. */
  readonly open_effects: readonly { readonly effect: string; readonly tool: string }[]
  /** Runs that touched the subject and are held: their content stays until the hold is lifted. */
  readonly held: readonly string[]
}

export type HoldPlaced = {
  readonly hold: string
  readonly scope: HoldScope
  /** A run, an agent or a subject's pseudonym; empty for `everything`. */
  readonly value: string
  readonly reason: PayloadRef | null
}

export type HoldLifted = { readonly hold: string }

export type SubjectEvent =
  | { readonly type: 'subject.erasing'; readonly body: SubjectErasing }
  | { readonly type: 'subject.erased'; readonly body: SubjectErased }

export type HoldEvent =
  | { readonly type: 'hold.placed'; readonly body: HoldPlaced }
  | { readonly type: 'hold.lifted'; readonly body: HoldLifted }

export type RetentionEvent =
  | { readonly type: 'payload.erased'; readonly body: PayloadErased }
  | { readonly type: 'retention.run'; readonly body: RetentionRun }
  | SubjectEvent
  | HoldEvent

/** An event as the ledger gives it back. */
export interface StoredEvent {
  readonly type: string
  readonly at: number
  readonly actor: string
  readonly seq: number
  readonly body: JsonObject
}

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readHoldEvent = ({ type, body }: StoredEvent): HoldEvent => ({ type, body: body as never }) as HoldEvent
export const readSubjectEvent = ({ type, body }: StoredEvent): SubjectEvent =>
  ({ type, body: body as never }) as SubjectEvent
