/** The handoffs that lists and screens show: table `handoffs`, one row for each. */
import type { Change, Projection, Row } from '../ledger/projection.ts'
import { readHandoffEvent } from './handoff-events.ts'

const table = 'handoffs'

export const handoffProjection: Projection = {
  name: 'handoffs',
  tables: [table],
  project(event) {
    if (!event.type.startsWith('handoff.')) return []
    const { type, body } = readHandoffEvent(event)
    const patch = (set: Row): readonly Change[] => [{ change: 'patch', table, key: { handoff: body.handoff }, set }]
    switch (type) {
      case 'handoff.assigned': {
        const { handoff, run, agent, group, code } = body
        const nothingYet = { claimed_by: null, claimed_at: null, settled_at: null }
        const row = {
          handoff,
          run,
          agent,
          group,
          reason: code,
          status: 'assigned',
          assigned_at: event.at,
          ...nothingYet,
        }
        return [{ change: 'put', table, row }]
      }
      case 'handoff.claimed':
        return patch({ status: 'claimed', claimed_by: body.by, claimed_at: event.at })
      case 'handoff.resolved':
        return patch({ status: 'resolved', settled_at: event.at })
      case 'handoff.returned':
        return patch({ status: 'returned', settled_at: event.at })
      default:
        return []
    }
  },
}
