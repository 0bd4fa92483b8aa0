/** The incidents that lists show: table `incidents`, one row for each. */
import type { Change, Projection, Row } from '../ledger/projection.ts'
import { readIncidentEvent } from './incident-events.ts'

const table = 'incidents'

export const incidentProjection: Projection = {
  name: 'incidents',
  tables: [table],
  project(event) {
    if (!event.type.startsWith('incident.')) return []
    const { type, body } = readIncidentEvent(event)
    const { incident } = body
    const patch = (set: Row): readonly Change[] => [{ change: 'patch', table, key: { incident }, set }]
    switch (type) {
      case 'incident.opened': {
        const { run, agent, environment, scope, value, stop } = body
        const row = { incident, run, agent, environment, scope, value, stop, status: 'open', keeps_runs: 1, runs: 0 }
        const opened = { opened_at: event.at, opened_by: event.actor, closed_at: null }
        return [{ change: 'put', table, row: { ...row, ...opened } }]
      }
      case 'incident.pinned':
        return [{ change: 'add', table, key: { incident }, by: { runs: body.runs.length } }]
      case 'incident.closed':
        return patch({ status: 'closed', closed_at: event.at, keeps_runs: body.keeps_runs ? 1 : 0 })
      case 'incident.released':
        return patch({ keeps_runs: 0 })
      default:
        return []
    }
  },
}
