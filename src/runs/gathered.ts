/** What was gathered of an action before it was judged: recorded with the decision, so that it can be judged again. */
import type { JsonObject } from '../json.ts'
import type { Intent } from '../tools/intent.ts'
import type { SubjectRef } from './events.ts'

export interface Gathered {
  /** Validated arguments, output side. */
  readonly input: JsonObject
  readonly intent?: Intent
  /** As the system of record names them, primary first. */
  readonly subjects: readonly { kind: string; id: string }[]
  /** The same by pseudonym. */
  readonly refs: readonly SubjectRef[]
  readonly facts: JsonObject
  /** Top-level arguments that change something, those that only name a subject left out. */
  readonly fields: readonly string[]
  /** The tool's own verdict: a fact about one version of it and one input. */
  readonly check: { readonly tool: string; readonly input: string; readonly verdict: true | string }
  readonly preview?: { readonly fields?: JsonObject; readonly says?: string }
  /** Cited documents that this run has read, and whether everything cited was read. */
  readonly citations: number
  readonly intentHolds: boolean
  /** Evidence that was cited and not read in this run. */
  readonly unread: readonly { kind: string; id: string }[]
}

/** The part of a gathering that an approval binds to besides the arguments. */
export const boundBy = ({ input, facts, preview }: Gathered) => ({
  arguments: input,
  facts,
  preview: preview?.fields ?? {},
})
