/**
 * Every event carries the hash of the one before it in its stream, and the first carries one of the ledger, tenant
 * and stream: an event that is changed, removed, added or moved to another place breaks the chain at that event.
 */
import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import type { LedgerEvent } from './event.ts'

export type UnhashedEvent = Omit<LedgerEvent, 'hash' | 'position'>

/** How far a stream has come: the place and hash of its last event. */
export interface StreamHead {
  readonly seq: number
  readonly hash: string
}

export interface ChainBreak {
  readonly tenant: string
  readonly stream: string
  readonly seq: number
  readonly reason: 'out_of_order' | 'not_linked' | 'changed'
  /** One sentence for people. */
  readonly what: string
}

/** What the first event of a stream names as its `prevHash` (hex). */
export function firstPrevHash(ledgerId: string, tenant: string, stream: string): string {
  return sha256(canonicalJson({ ledger: ledgerId, stream, tenant }))
}

/** Where a stream stands before its first event. */
export function emptyHead(ledgerId: string, tenant: string, stream: string): StreamHead {
  return { seq: 0, hash: firstPrevHash(ledgerId, tenant, stream) }
}

/** SHA-256 (hex) over the canonical text of the event. */
export function hashEvent(event: UnhashedEvent, bodyText?: string): string {
  return sha256(canonicalEvent(event, bodyText))
}

/**
 * The text that is hashed: RFC 8785 of tenant, stream, seq, type, v, at, actor, body and prev_hash. A caller that has
 * the canonical text of the body at hand passes it, and the body is not walked again.
 */
export function canonicalEvent(event: UnhashedEvent, bodyText = canonicalJson(event.body)): string {
  // The members stand in the canonical order of their names.
  return (
    `{"actor":${canonicalJson(event.actor)},"at":${canonicalJson(event.at)},"body":${bodyText}` +
    `,"prev_hash":${canonicalJson(event.prevHash)},"seq":${canonicalJson(event.seq)}` +
    `,"stream":${canonicalJson(event.stream)},"tenant":${canonicalJson(event.tenant)}` +
    `,"type":${canonicalJson(event.type)},"v":${canonicalJson(event.v)}}`
  )
}

/** The first event that does not follow from those before it, or nothing. Streams may be mixed, each in its order. */
export function checkChain(ledgerId: string, events: Iterable<LedgerEvent>): ChainBreak | undefined {
  const heads = new Map<string, StreamHead>()
  for (const event of events) {
    const key = JSON.stringify([event.tenant, event.stream])
    const head = heads.get(key) ?? emptyHead(ledgerId, event.tenant, event.stream)
    const broken = checkLink(head, event)
    if (broken) return broken
    heads.set(key, { seq: event.seq, hash: event.hash })
  }
  return undefined
}

/** Whether the event is the next of a stream that stands at `head`; the break, or nothing. */
function checkLink(head: StreamHead, event: LedgerEvent): ChainBreak | undefined {
  const { tenant, stream, seq } = event
  const broken = (reason: ChainBreak['reason'], what: string): ChainBreak => ({ tenant, stream, seq, reason, what })
  if (seq !== head.seq + 1) {
    return broken('out_of_order', `event ${seq} stands where event ${head.seq + 1} of the stream belongs`)
  }
  if (event.prevHash !== head.hash) {
    return broken(
      'not_linked',
      `event ${seq} does not follow ${seq === 1 ? 'from this ledger and stream' : `event ${head.seq}`}`,
    )
  }
  if (hashEvent(event) !== event.hash) return broken('changed', `the content of event ${seq} does not have its hash`)
  return undefined
}

const sha256 = (text: string) => hash('sha256', text, 'hex')
