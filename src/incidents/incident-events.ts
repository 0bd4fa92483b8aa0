/** What can happen to an incident: the events of an `incident/<id>` stream. Who said it and when stands in the event itself. */
import type { JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import type { Scope } from '../stops/stop.ts'

export type IncidentOpened = {
  readonly incident: string
  /** The run that somebody was looking at. */
  readonly run: string
  readonly agent: string
  readonly environment: string
  readonly scope: Scope
  /** The agent, tool or risk; empty for `everything` and `tenant`. */
  readonly value: string
  /** The stop that was raised for it. */
  readonly stop: string
  /** What happened from this moment on belongs to it, milliseconds since 1970. */
  readonly since: number
  readonly reason?: PayloadRef
}

/** Nothing of these runs is deleted, whatever their page says of retention. */
export type IncidentPinned = { readonly incident: string; readonly runs: readonly string[] }

export type IncidentCollected = {
  readonly incident: string
  /** Hash of the export that was put together, so that it can be known again. */
  readonly evidence: string
  readonly events: number
}

export type IncidentClosed = {
  readonly incident: string
  /** Its runs stay pinned all the same. */
  readonly keeps_runs: boolean
  readonly reason?: PayloadRef
}

/** Of a closed incident that had kept its runs: they may be deleted again. */
export type IncidentReleased = { readonly incident: string; readonly reason?: PayloadRef }

export type IncidentEvent =
  | { readonly type: 'incident.opened'; readonly body: IncidentOpened }
  | { readonly type: 'incident.pinned'; readonly body: IncidentPinned }
  | { readonly type: 'incident.collected'; readonly body: IncidentCollected }
  | { readonly type: 'incident.closed'; readonly body: IncidentClosed }
  | { readonly type: 'incident.released'; readonly body: IncidentReleased }

/** An event as the ledger gives it back. */
export interface StoredEvent {
  readonly type: string
  readonly body: JsonObject
}

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readIncidentEvent = ({ type, body }: StoredEvent): IncidentEvent =>
  ({ type, body: body as never }) as IncidentEvent
