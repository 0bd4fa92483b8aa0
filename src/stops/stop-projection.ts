/** The stops in force: table `stops`, one row for each; what is lifted is gone. */
import type { Projection } from '../ledger/projection.ts'
import { readStopEvent } from './stop-events.ts'

const table = 'stops'

export const stopProjection: Projection = {
  name: 'stops',
  tables: [table],
  project(event) {
    if (!event.type.startsWith('stop.')) return []
    const { type, body } = readStopEvent(event)
    switch (type) {
      case 'stop.raised': {
        // The event also names why, as a payload: that is no column.
        const { stop, scope, value, environment, level } = body
        return [
          { change: 'put', table, row: { stop, scope, value, environment, level, by: event.actor, since: event.at } },
        ]
      }
      case 'stop.lifted':
        return [{ change: 'remove', table, key: { stop: body.stop } }]
      default:
        return []
    }
  },
}
