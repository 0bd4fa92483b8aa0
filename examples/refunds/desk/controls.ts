/** The experimenter's side door: faults and the log. What comes through here is no arrival. */
import { FaultRule, type Faults } from './faults.ts'
import { type Answer, Refusal } from './refusal.ts'
import { parseBody } from './request.ts'
import type { Store } from './store.ts'
import { readArrivals, readCommits } from './witness.ts'

export const isControl = (path: string) => path === '/log' || path === '/_faults'

export function control(store: Store, faults: Faults, request: { method: string; path: string; body: string }): Answer {
  switch (`${request.method} ${request.path}`) {
    case 'GET /log':
      return { status: 200, body: { arrivals: readArrivals(store.database), commits: readCommits(store.database) } }
    case 'GET /_faults':
      return { status: 200, body: { faults: faults.list() } }
    case 'POST /_faults':
      return { status: 201, body: faults.set(parseBody(FaultRule, request)) }
    case 'DELETE /_faults':
      faults.clear()
      return { status: 200, body: { faults: [] } }
    default:
      throw new Refusal(404, 'route_not_found', `there is no \`${request.method} ${request.path}\``)
  }
}
