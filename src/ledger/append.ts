/**
 * What every adapter does between `decide` and the database, as pure functions: may this append go on from that head,
 * and which events and rows does it make.
 */
import { hash } from 'node:crypto'
import { canonicalJson } from '../canonical-json.ts'
import { CharterError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { EventDraft, LedgerEvent } from './event.ts'
import { emptyHead, hashEvent, type StreamHead } from './hash-chain.ts'
import type { Append, Lease } from './ledger.ts'
import type { Change, Projection } from './projection.ts'

/** An event as it is stored: its body as the canonical text that was hashed. */
export interface StoredEvent {
  readonly event: LedgerEvent
  readonly bodyText: string
}

/** Where the new events stand. `position` is the place of the first of them in the whole ledger. */
export interface Standing {
  readonly ledgerId: string
  readonly tenant: string
  readonly stream: string
  /** `seq` 0 and no hash for a stream that nobody wrote to. */
  readonly head: StreamHead
  readonly position: number
  readonly now: number
}

/** Throws `ledger_version_conflict` where the append was meant for another head. */
export function requireHead({ stream, after }: Append, head: StreamHead): void {
  if (after === 'any' || after === 'outcome') return
  if (after.seq === head.seq && after.hash === head.hash) return
  throw new CharterError(
    'ledger_version_conflict',
    `stream \`${stream}\` stands at event ${head.seq}, not at the event ${after.seq} that was read`,
    { hint: 'read the stream again and decide anew', details: { stream, expected: after.seq, found: head.seq } },
  )
}

/** Throws `ledger_lease_lost` unless the lease that the append names is held at this moment. */
export function requireLease({ stream, lease }: Append, held: Lease | undefined, now: number): void {
  if (!lease) return
  if (held && held.owner === lease.owner && held.epoch === lease.epoch && held.until > now) return
  const why = held === undefined ? 'nobody holds it' : `\`${held.owner}\` holds it under epoch ${held.epoch}`
  throw new CharterError('ledger_lease_lost', `the lease of \`${stream}\` under epoch ${lease.epoch} is gone: ${why}`, {
    hint: 'drop what was in hand for this run and take its lease anew',
    details: { stream, epoch: lease.epoch, holder: held?.owner },
  })
}

/** The run whose lease an append to this stream needs. */
export const runOf = (stream: string) => (stream.startsWith('run/') ? stream.slice('run/'.length) : stream)

/** The drafts as events, numbered and hashed onto the head. */
export function chain(drafts: readonly EventDraft[], standing: Standing): StoredEvent[] {
  const { ledgerId, tenant, stream, position, now } = standing
  let head = standing.head.seq === 0 ? emptyHead(ledgerId, tenant, stream) : standing.head
  return drafts.map((draft, i) => {
    const stored = next(draft, head, { tenant, stream, at: now, position: position + i })
    head = stored.event
    return stored
  })
}

function next(
  { type, v, actor, body }: EventDraft,
  head: StreamHead,
  where: Pick<LedgerEvent, 'tenant' | 'stream' | 'at' | 'position'>,
): StoredEvent {
  const bodyText = canonicalJson(body)
  // Read back from the text, so that projections see the key order that a rebuild will see.
  const stored: JsonObject = JSON.parse(bodyText)
  const { position, ...rest } = where
  const event = { ...rest, seq: head.seq + 1, type, v, actor, body: stored, prevHash: head.hash }
  return { event: { ...event, position, hash: hashEvent(event, bodyText) }, bodyText }
}

/** Each event shown to each projection, in order. Throws `internal` for a table that is not the projection's own. */
export function project(projections: readonly Projection[], event: LedgerEvent): Change[] {
  return projections.flatMap((projection) => {
    const changes = projection.project(event)
    const stray = changes.find((change) => !projection.tables.includes(change.table))
    if (!stray) return [...changes]
    throw new CharterError(
      'internal',
      `projection \`${projection.name}\` would write table \`${stray.table}\`, which is not its own`,
    )
  })
}

/** Throws `internal` where two projections claim one table: a rebuild could not say whose row is right. */
export function requireOwnTables(projections: readonly Projection[]): void {
  const owners = new Map<string, string>()
  for (const { name, tables } of projections) {
    for (const table of tables) {
      const owner = owners.get(table)
      if (owner !== undefined) {
        throw new CharterError('internal', `projections \`${owner}\` and \`${name}\` both write table \`${table}\``)
      }
      owners.set(table, name)
    }
  }
}

export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')
