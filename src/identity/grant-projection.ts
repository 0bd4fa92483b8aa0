/** The grants that dispatch reads: table `grants`, one row for each, found again through `parent`. */
import { canonicalJson } from '../canonical-json.ts'
import type { Projection } from '../ledger/projection.ts'
import { readGrantEvent } from './grant-events.ts'

const table = 'grants'

export const grantProjection: Projection = {
  name: 'grants',
  tables: [table],
  project(event) {
    if (!event.type.startsWith('grant.')) return []
    const { type, body } = readGrantEvent(event)
    switch (type) {
      case 'grant.issued': {
        const { charter: _charter, terms, ...columns } = body
        return [{ change: 'put', table, row: { ...columns, revoked: null, terms: canonicalJson(terms) } }]
      }
      case 'grant.revoked':
        return [{ change: 'patch', table, key: { grant: body.grant }, set: { revoked: event.at } }]
      default:
        return []
    }
  },
}
