/**
 * Everything that an append itself writes, in one statement: events, payloads, and the heads they lead to. The server
 * works out the places of the events, because only it knows the transaction's number before anything was asked.
 */
import { type StoredEvent, sha256 } from '../append.ts'
import type { SealedPayload } from '../event.ts'
import type { StreamHead } from '../hash-chain.ts'
import { mostEvents, type PositionOffset, transactionNumber } from './positions.ts'
import { type Prepared, statementName } from './postgres-connection.ts'

export interface Appended {
  readonly tenant: string
  readonly offset: PositionOffset
  readonly events: readonly StoredEvent[]
  readonly payloads: readonly SealedPayload[]
  /** By stream. */
  readonly heads: ReadonlyMap<string, StreamHead>
}

/** Heads are moved in one order everywhere, so that a checkpoint, which locks them too, never waits in a ring. */
const sql = `WITH
  written AS (
    INSERT INTO events (tenant, position, stream, seq, type, v, at, actor, body, prev_hash, hash)
      SELECT $1, (${transactionNumber} + $20) * ${mostEvents} + place, stream, seq, type, v, at, actor, body, prev_hash, hash
        FROM unnest(CAST($2 AS BIGINT[]), CAST($3 AS TEXT[]), CAST($4 AS BIGINT[]), CAST($5 AS TEXT[]),
        CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), CAST($10 AS TEXT[]),
        CAST($11 AS TEXT[])) AS event (place, stream, seq, type, v, at, actor, body, prev_hash, hash)),
  sealed AS (
    INSERT INTO payloads (tenant, stream, n, class, ciphertext, sha256)
      SELECT $1, * FROM unnest(CAST($12 AS TEXT[]), CAST($13 AS BIGINT[]), CAST($14 AS TEXT[]), CAST($15 AS BYTEA[]),
        CAST($16 AS TEXT[])))
  INSERT INTO heads (tenant, stream, seq, hash)
    SELECT $1, * FROM unnest(CAST($17 AS TEXT[]), CAST($18 AS BIGINT[]), CAST($19 AS TEXT[]))
    ON CONFLICT (tenant, stream) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`

const name = statementName(sql)

export function appendStatement({ tenant, offset, events, payloads, heads }: Appended): Prepared {
  const written = events.map(({ event }) => event)
  const moved = [...heads].sort(([a], [b]) => (a < b ? -1 : 1))
  const values = [
    tenant,
    written.map((_, i) => i),
    written.map(({ stream }) => stream),
    written.map(({ seq }) => seq),
    written.map(({ type }) => type),
    written.map(({ v }) => v),
    written.map(({ at }) => at),
    written.map(({ actor }) => actor),
    events.map(({ bodyText }) => bodyText),
    written.map(({ prevHash }) => prevHash),
    written.map(({ hash }) => hash),
    payloads.map(({ stream }) => stream),
    payloads.map(({ n }) => n),
    payloads.map((payload) => payload.class),
    payloads.map(({ ciphertext }) => bytes(ciphertext)),
    payloads.map(({ ciphertext }) => sha256(ciphertext)),
    moved.map(([stream]) => stream),
    moved.map(([, { seq }]) => seq),
    moved.map(([, { hash }]) => hash),
    offset,
  ]
  return { name, text: sql, values }
}

const bytes = (content: Uint8Array) => Buffer.from(content.buffer, content.byteOffset, content.byteLength)
