/** Reading and writing events, heads and payloads. */
import { CharterError } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { type StoredEvent, sha256 } from '../append.ts'
import type { LedgerEvent, SealedPayload } from '../event.ts'
import type { StreamHead } from '../hash-chain.ts'
import { integer, text } from './row-values.ts'
import type { Statement } from './statement.ts'

/** A row of `events` or `payloads`, as a driver returns it. */
export type StoredRow = Readonly<Record<string, unknown>>

export const selectEvents =
  'SELECT position, tenant, stream, seq, type, v, at, actor, body, prev_hash, hash FROM events'

/** The events of a stream with `after < seq`, and `seq <= through` where that is given, oldest first. */
export const streamEvents = (stream: string, after: number, through?: number): Statement => ({
  sql: `${selectEvents} WHERE tenant = :tenant AND stream = :stream AND seq > :after
    ${through === undefined ? '' : 'AND seq <= :through'} ORDER BY seq`,
  params: { stream, after, ...(through !== undefined && { through }) },
})

/** Whether one event stands in the ledger with that hash: asked when the answer to a commit was lost. */
export const eventHash = ({ stream, seq }: LedgerEvent): Statement => ({
  sql: 'SELECT hash FROM events WHERE tenant = :tenant AND stream = :stream AND seq = :seq',
  params: { stream, seq },
})

export const insertEvent = ({ event, bodyText }: StoredEvent): Statement => ({
  sql: `INSERT INTO events (position, tenant, stream, seq, type, v, at, actor, body, prev_hash, hash)
    VALUES (:position, :tenant, :stream, :seq, :type, :v, :at, :actor, :body, :prev_hash, :hash)`,
  params: {
    position: event.position,
    stream: event.stream,
    seq: event.seq,
    type: event.type,
    v: event.v,
    at: event.at,
    actor: event.actor,
    body: bodyText,
    prev_hash: event.prevHash,
    hash: event.hash,
  },
})

export const moveHead = (stream: string, { seq, hash }: StreamHead): Statement => ({
  sql: `INSERT INTO heads (tenant, stream, seq, hash) VALUES (:tenant, :stream, :seq, :hash)
    ON CONFLICT (tenant, stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`,
  params: { stream, seq, hash },
})

export const insertPayload = ({ stream, n, class: retention, ciphertext }: SealedPayload): Statement => ({
  sql: `INSERT INTO payloads (tenant, stream, n, class, ciphertext, sha256)
    VALUES (:tenant, :stream, :n, :class, :ciphertext, :sha256)`,
  params: { stream, n, class: retention, ciphertext, sha256: sha256(ciphertext) },
})

export const payload = (stream: string, n: number): Statement => ({
  sql: `SELECT stream, n, class, ciphertext FROM payloads WHERE tenant = :tenant AND stream = :stream AND n = :n`,
  params: { stream, n },
})

export const heldLease = (run: string): Statement => ({
  sql: 'SELECT run, owner, epoch, until FROM leases WHERE tenant = :tenant AND run = :run',
  params: { run },
})

export function eventOf(row: StoredRow): LedgerEvent {
  const columns = plainRow(row)
  const body: JsonObject = JSON.parse(text(columns, 'body'))
  return {
    position: integer(columns, 'position'),
    tenant: text(columns, 'tenant'),
    stream: text(columns, 'stream'),
    seq: integer(columns, 'seq'),
    type: text(columns, 'type'),
    v: integer(columns, 'v'),
    at: integer(columns, 'at'),
    actor: text(columns, 'actor'),
    body,
    prevHash: text(columns, 'prev_hash'),
    hash: text(columns, 'hash'),
  }
}

export function payloadOf(row: StoredRow): SealedPayload {
  const { ciphertext, ...rest } = row
  if (!(ciphertext instanceof Uint8Array)) throw new CharterError('internal', 'a payload holds no bytes')
  const columns = plainRow(rest)
  return {
    stream: text(columns, 'stream'),
    n: integer(columns, 'n'),
    class: text(columns, 'class'),
    ciphertext: new Uint8Array(ciphertext),
  }
}

/** Drivers hand rows out with prototypes and kinds of their own. */
export function plainRow(row: StoredRow): Record<string, string | number | null> {
  const plain: Record<string, string | number | null> = {}
  for (const [name, value] of Object.entries(row)) {
    if (value !== null && typeof value !== 'string' && typeof value !== 'number') {
      throw new CharterError('internal', `column \`${name}\` holds a ${typeof value}, which the schema does not allow`)
    }
    plain[name] = value
  }
  return plain
}
