/** How a replay leaves the engine's code before it would come to rest by itself. None of these is an error of the engine. */
import type { Json, JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'

/** In the record the run was left here: its engine went away, or somebody else wrote into its stream. */
export class LeftHere extends Error {
  /** What the journal held was held against the record already. */
  readonly compared: boolean
  constructor(compared = false) {
    super('the run was left here')
    this.compared = compared
  }
}

/** The record ends here. */
export class EndOfRecord extends Error {
  readonly compared: boolean
  constructor(compared = false) {
    super('the record ends here')
    this.compared = compared
  }
}

/** The engine wants to know what is no longer kept. */
export class NotKept extends Error {
  readonly stream: string
  readonly ref: PayloadRef
  constructor(stream: string, ref: PayloadRef) {
    super(`payload ${ref.n} of \`${stream}\`, class \`${ref.class}\`, is no longer kept`)
    this.stream = stream
    this.ref = ref
  }
}

export interface Side {
  readonly type: string
  readonly body: JsonObject
}

/** The first event that is another. */
export interface Difference {
  readonly stream: string
  readonly seq: number
  /** Path to the first part that differs: `rules.0`, or `type`. */
  readonly part: string
  /** Nothing where the record has no such event, or the replay makes none. */
  readonly recorded: Side | undefined
  readonly replayed: Side | undefined
  /** Of that part, with content in place of its reference. */
  readonly values: { readonly recorded: Json | undefined; readonly replayed: Json | undefined }
}

export class IsDifferent extends Error {
  readonly difference: Difference
  constructor(difference: Difference) {
    super(`event ${difference.seq} of \`${difference.stream}\` is another at \`${difference.part}\``)
    this.difference = difference
  }
}
