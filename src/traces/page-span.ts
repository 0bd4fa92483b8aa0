/** The span of a page that was put in force: what the spans of writes link to. It stands in a trace of its own. */
import { hash } from 'node:crypto'
import type { LedgerEvent } from '../ledger/event.ts'
import type { EndedSpan, SpanLink } from './span.ts'

/** By its hash, in the environment in which it is in force. */
export function pageLink(environment: string, charter: string): SpanLink {
  const digits = hash('sha256', `page ${environment} ${charter}`, 'hex')
  return { to: 'charter', traceId: digits.slice(0, 32), spanId: digits.slice(32, 48) }
}

/** Of the first `charter.applied` of this page. */
export function pageSpan({ at, body }: LedgerEvent): EndedSpan {
  const [agent, environment, charter] = [String(body.agent), String(body.environment), String(body.charter)]
  const { traceId, spanId } = pageLink(environment, charter)
  return {
    kind: 'page',
    of: agent,
    place: 'page',
    traceId,
    spanId,
    parentId: undefined,
    startedAt: at,
    endedAt: at,
    failed: undefined,
    attributes: { agent, environment, charter },
    links: [],
  }
}
