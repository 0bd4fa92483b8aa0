/** What can happen to a stop: the events of a `stop/<id>` stream. Who did it and when stands in the event itself. */
import type { JsonObject } from '../json.ts'
import type { Scope, StopLevel } from './stop.ts'

export type StopRaised = {
  readonly stop: string
  readonly scope: Scope
  /** The agent, tool or risk; empty for `everything` and `tenant`. */
  readonly value: string
  /** Empty for `everything` and `tenant`, which hold in all environments. */
  readonly environment: string
  readonly level: StopLevel
}

export type StopLifted = { readonly stop: string }

/** Nothing sent before the stop is under way any more: so many attempts ended, so many ran out of their time. */
export type StopQuiet = {
  readonly stop: string
  readonly finished: number
  readonly given_up: number
  readonly waited_ms: number
}

export type StopEvent =
  | { readonly type: 'stop.raised'; readonly body: StopRaised }
  | { readonly type: 'stop.lifted'; readonly body: StopLifted }
  | { readonly type: 'stop.quiet'; readonly body: StopQuiet }

/** An event as the ledger gives it back. */
export interface StoredEvent {
  readonly type: string
  readonly body: JsonObject
}

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readStopEvent = ({ type, body }: StoredEvent): StopEvent => ({ type, body: body as never }) as StopEvent
