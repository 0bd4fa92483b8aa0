/** The page in force of each agent: table `charters`. */
import type { Projection } from '../ledger/projection.ts'

const table = 'charters'

export const charterProjection: Projection = {
  name: 'charters',
  tables: [table],
  project({ type, body, at }) {
    if (type !== 'charter.applied') return []
    const { agent, environment, charter } = body
    const row = { agent: String(agent), environment: String(environment), charter: String(charter), applied_at: at }
    return [{ change: 'put', table, row }]
  },
}
