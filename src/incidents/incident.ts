/**
 * An incident: a scope that was stopped, and the runs that nobody deletes until people have understood them.
 *
 *   none ─▶ open (pins runs, is collected) ─▶ closed ─▶ released, where it kept its runs
 *
 * Pure: what was said comes in, events go out.
 */
import { CharterError } from '../errors.ts'
import { type IncidentEvent, type IncidentOpened, readIncidentEvent, type StoredEvent } from './incident-events.ts'

export type IncidentState = { readonly status: 'none' } | Known

interface Known {
  readonly status: 'open' | 'closed'
  readonly opened: IncidentOpened
  readonly runs: readonly string[]
  readonly keepsRuns: boolean
}

export type IncidentCommand =
  | { readonly type: 'open'; readonly opened: IncidentOpened; readonly runs: readonly string[] }
  | { readonly type: 'collect'; readonly evidence: string; readonly events: number }
  | { readonly type: 'close'; readonly keepsRuns: boolean }
  | { readonly type: 'release' }

export const noIncident: IncidentState = { status: 'none' }

/** Throws `incident_not_found`, `incident_closed`, and `usage` where an open one is to let go of its runs. */
export function decideIncident(state: IncidentState, command: IncidentCommand, id: string): readonly IncidentEvent[] {
  if (command.type === 'open') {
    const { opened, runs } = command
    return [
      { type: 'incident.opened', body: opened },
      { type: 'incident.pinned', body: { incident: id, runs } },
    ]
  }
  if (state.status === 'none') throw incidentNotFound(id)
  if (command.type === 'release') return release(state, id)
  if (state.status === 'closed') throw incidentClosed(id)
  if (command.type === 'collect') {
    const { evidence, events } = command
    return [{ type: 'incident.collected', body: { incident: id, evidence, events } }]
  }
  return [{ type: 'incident.closed', body: { incident: id, keeps_runs: command.keepsRuns } }]
}

function release({ status, keepsRuns }: Known, id: string): readonly IncidentEvent[] {
  if (status === 'closed' && keepsRuns) return [{ type: 'incident.released', body: { incident: id } }]
  if (status === 'closed') throw incidentClosed(id)
  throw new CharterError('usage', `incident \`${id}\` is open, and keeps its runs for that`, {
    param: 'incident',
    hint: 'close it: that releases them',
  })
}

/** What is known after one more fact. Never throws: the ledger is already the truth. */
function evolveIncident(state: IncidentState, event: IncidentEvent): IncidentState {
  if (event.type === 'incident.opened') {
    return { status: 'open', opened: event.body, runs: [], keepsRuns: true }
  }
  if (state.status === 'none') return state
  if (event.type === 'incident.pinned') return { ...state, runs: [...new Set([...state.runs, ...event.body.runs])] }
  if (event.type === 'incident.released') return { ...state, keepsRuns: false }
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
