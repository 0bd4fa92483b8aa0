/**
 * An incident: a scope that was stopped, and the runs that nobody deletes until people have understood them.
 *
 *   none ─▶ open (pins runs, is collected) ─▶ closed
 *
 * Pure: what was said comes in, events go out.
 */
import { CharterError } from '../errors.ts'
import { type IncidentEvent, type IncidentOpened, readIncidentEvent, type StoredEvent } from './incident-events.ts'

export type IncidentState =
  | { readonly status: 'none' }
  | {
      readonly status: 'open' | 'closed'
      readonly opened: IncidentOpened
      readonly runs: readonly string[]
      readonly keepsRuns: boolean
    }

export type IncidentCommand =
  | { readonly type: 'open'; readonly opened: IncidentOpened; readonly runs: readonly string[] }
  | { readonly type: 'collect'; readonly evidence: string; readonly events: number }
  | { readonly type: 'close'; readonly keepsRuns: boolean }

export const noIncident: IncidentState = { status: 'none' }

/** Throws `incident_not_found` and `incident_closed`. */
export function decideIncident(state: IncidentState, command: IncidentCommand, id: string): readonly IncidentEvent[] {
  if (command.type === 'open') {
    const { opened, runs } = command
    return [
      { type: 'incident.opened', body: opened },
      { type: 'incident.pinned', body: { incident: id, runs } },
    ]
  }
  if (state.status === 'none') throw incidentNotFound(id)
  if (state.status === 'closed') {
    throw incidentClosed(id)
  }
  if (command.type === 'collect') {
    const { evidence, events } = command
    return [{ type: 'incident.collected', body: { incident: id, evidence, events } }]
  }
  return [{ type: 'incident.closed', body: { incident: id, keeps_runs: command.keepsRuns } }]
}

/** What is known after one more fact. Never throws: the ledger is already the truth. */
function evolveIncident(state: IncidentState, event: IncidentEvent): IncidentState {
  if (event.type === 'incident.opened') {
    return { status: 'open', opened: event.body, runs: [], keepsRuns: true }
  }
  if (state.status === 'none') return state
  if (event.type === 'incident.pinned') return { ...state, runs: [...new Set([...state.runs, ...event.body.runs])] }
  return event.type === 'incident.closed' ? { ...state, status: 'closed', keepsRuns: event.body.keeps_runs } : state
}

/** An incident from the events of its stream, oldest first. */
export const foldIncident = (events: readonly StoredEvent[]): IncidentState =>
  events.map(readIncidentEvent).reduce(evolveIncident, noIncident)

export const incidentNotFound = (id: string, near?: string): CharterError =>
  new CharterError('incident_not_found', `no incident \`${id}\``, {
    param: 'incident',
    hint: near === undefined ? 'list them with `charter incident list`' : `did you mean \`${near}\`?`,
  })

export const incidentClosed = (id: string): CharterError =>
  new CharterError('incident_closed', `incident \`${id}\` is closed`, { param: 'incident' })
