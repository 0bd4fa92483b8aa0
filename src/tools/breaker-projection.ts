/** Which tools are left alone, and until when: table `breakers`. */
import type { Projection } from '../ledger/projection.ts'

const table = 'breakers'

export const breakerProjection: Projection = {
  name: 'breakers',
  tables: [table],
  project({ type, body, at }) {
    if (type !== 'breaker.opened' && type !== 'breaker.closed') return []
    const isOpen = type === 'breaker.opened'
    const until = isOpen && typeof body.until === 'number' ? body.until : at
    return [
      { change: 'put', table, row: { tool: String(body.tool), state: isOpen ? 'open' : 'closed', since: at, until } },
    ]
  },
}
