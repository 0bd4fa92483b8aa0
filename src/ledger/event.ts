/** One fact, as it stands in the ledger for good. */
import { isJsonObject, type Json, type JsonObject } from '../json.ts'

export interface LedgerEvent {
  /** Place in the whole ledger, rising in commit order as far as the last synced barrier. */
  readonly position: number
  readonly tenant: string
  /** `run/run_01J…`, `approval/…`, `grant/…`, `stop/…`, `charter/…`, `handoff/…`, `tool/…`. */
  readonly stream: string
  /** Counts from 1 within its stream, without gaps. */
  readonly seq: number
  /** Noun, then past tense: `approval.granted`. */
  readonly type: string
  /** Version of the body's shape. */
  readonly v: number
  /** By the database's clock, milliseconds since 1970. */
  readonly at: number
  /** A principal: `ada@acme.example`, `agent:billing-resolution`, `engine:eng_01J…`. */
  readonly actor: string
  /** Ids, enums, numbers, keyed pseudonyms and payload references; never free text of people or models. */
  readonly body: JsonObject
  readonly prevHash: string
  /** SHA-256 (hex) over the RFC 8785 form of tenant, stream, seq, type, v, at, actor, body, prev_hash. */
  readonly hash: string
}

/** An event that somebody wants to append. */
export interface EventDraft {
  readonly type: string
  readonly v: number
  readonly actor: string
  readonly body: JsonObject
}

/** Content that stands outside the event, encrypted; the event's body names it. */
export interface SealedPayload {
  readonly stream: string
  /** Counts within its stream; never used twice. */
  readonly n: number
  /** Retention class: `prompt`, `arguments`, `facts`, `result`, `decision`, `input`, `approval`. */
  readonly class: string
  readonly ciphertext: Uint8Array
}

/** How an event's body names a payload: `{ n, class, sha256 }`, the hash of the ciphertext in hex. A type, so that a body can hold it. */
export type PayloadRef = {
  readonly n: number
  readonly class: string
  readonly sha256: string
}

export const isPayloadRef = (value: Json | undefined): value is PayloadRef =>
  isJsonObject(value) &&
  typeof value.n === 'number' &&
  typeof value.class === 'string' &&
  typeof value.sha256 === 'string'
