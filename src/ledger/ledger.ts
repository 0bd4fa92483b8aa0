/**
 * The ledger: append-only streams of facts, and the projections made from them in the same transaction. Every other
 * folder reaches storage through this interface, so what it promises is what the product can promise. Each promise
 * has a test in `ledger.contract.ts`, which every adapter runs.
 *
 * A transaction is data with one pure function in it: locks to take, things to read once they are held, and `decide`,
 * which sees what was read and says what to append. It is synchronous on purpose: no tool, model or timer can run
 * under a lock, members of a group commit cannot interleave, and PostgreSQL gets all reads in one statement.
 */
import type { CheckpointStore } from './checkpoint.ts'
import type { EventDraft, LedgerEvent, SealedPayload } from './event.ts'
import type { ProjectionRows } from './projection-rows.ts'
import type { Found, Read } from './reads.ts'
import type { StoredPayloads } from './stored-payloads.ts'

export interface Ledger {
  /** Drawn when the ledger was created; part of every idempotency key and of the first hash of every stream. */
  readonly id: string
  readonly database: 'sqlite' | 'postgres'

  /**
   * Milliseconds since 1970 by the clock that stamps events, as far as it was heard: what is held against a time in the
   * ledger is read from here, since another machine's clock may show another one.
   */
  now(): number
  transact<const Reads extends Readonly<Record<string, Read>>, Answer>(
    work: Transaction<Reads, Answer>,
  ): Promise<Answer>

  /** Oldest first. A stream that nobody wrote to is empty, not an error. */
  read(tenant: string, stream: string, after?: number, sight?: Sight): Promise<readonly LedgerEvent[]>
  /** Every event of the tenant after a position, oldest first, never past an event that may still be undone. */
  tail(tenant: string, after: number, most: number): Promise<readonly LedgerEvent[]>
  /** Rows of the same vocabulary without locks, for doors and for judging before dispatch. */
  find<const Reads extends Readonly<Record<string, Read>>>(
    tenant: string,
    reads: Reads,
    sight?: Sight,
  ): Promise<Found<Reads>>
  payloads(tenant: string, stream: string, ns: readonly number[]): Promise<readonly SealedPayload[]>
  tenants(): Promise<readonly string[]>

  readonly leases: Leases
  readonly snapshots: Snapshots
  /** For taking away what is no longer to be kept. */
  readonly stored: StoredPayloads
  /** For exports and witnesses. */
  readonly checkpoints: CheckpointStore
  /** For making them again from the events. */
  readonly rows: ProjectionRows
  /**
   * Resolves when something was committed that this caller may not have seen and cares about, or when the signal
   * aborts. What another process committed always counts: nothing is known of it.
   */
  changed(signal: AbortSignal, cares?: Cares): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** What `changed` tells of an event. */
export interface Committed {
  readonly stream: string
  readonly type: string
}

export type Cares = (committed: Committed) => boolean

/**
 * `durable`, unless said otherwise: what is shown is synced first. `latest` shows what a power cut may still undo, for
 * whoever tells nobody: all that comes of it stands later in the log, and is gone where its ground is gone.
 */
export type Sight = 'durable' | 'latest'

/**
 * `before_answer`, unless said otherwise: synced before the caller hears of it. `soon` rides on the next sync, within a
 * second: a power cut (on PostgreSQL a crash of the server too) may undo it, and never anything before it.
 */
export type Durable = 'before_answer' | 'soon'

export interface Transaction<Reads extends Readonly<Record<string, Read>>, Answer> {
  readonly tenant: string
  readonly locks: readonly Lock[]
  /** Done in one statement after all locks are held. */
  readonly reads: Reads
  /** Known before the transaction begins, because SQLite has to be told by then. */
  readonly durable?: Durable
  /**
   * What these very reads found before. PostgreSQL then decides on that and on the heads that are named, and sends
   * everything at once; where the reads find anything else it undoes that, and decides on what there is.
   */
  readonly expect?: Found<Reads> | undefined
  /** Pure and synchronous. A throw rolls this transaction back and reaches the caller. */
  decide(found: Found<Reads>, now: number): { append: readonly Append[]; answer: Answer }
  /** Told what was appended, once it is: numbered, dated and hashed. Not called where nothing was. */
  kept?(events: readonly LedgerEvent[]): void
}

/** Every transaction holds house and tenant shared; a stop, a revocation or an apply takes one of them exclusively. */
export type Lock =
  | { lock: 'house' | 'tenant'; mode: 'exclusive' }
  | { lock: 'stream'; stream: string }
  | { lock: 'key'; key: string }

export interface Append {
  readonly stream: string
  /**
   * What the stream must look like: its head (`seq` 0 and no hash for a new stream), `any` for a stream that many
   * may write, or `outcome` for the late outcome of an unsettled attempt, accepted under any epoch.
   */
  readonly after: { seq: number; hash: string } | 'any' | 'outcome'
  /** Whoever appends to a run holds its lease; checked in this transaction. */
  readonly lease?: { owner: string; epoch: number }
  readonly events: readonly EventDraft[]
  readonly payloads?: readonly SealedPayload[]
}

/** Who may advance a run until when. Not a projection: leases leave no events. Times by the database's clock. */
export interface Leases {
  /** Takes the engine's place; on SQLite one engine per file, else `ledger_locked` with the holder's process. */
  enter(engine: string): Promise<EnginePlace>
  /** The lease of a run that nobody holds, or whose holder's time is over; nothing when it is held. */
  take(tenant: string, run: string, owner: string, forMs: number): Promise<Lease | undefined>
  renew(tenant: string, run: string, owner: string, epoch: number, forMs: number): Promise<Lease | undefined>
  release(tenant: string, run: string, owner: string, epoch: number): Promise<void>
}

/**
 * Streams as they were folded, so that a long one need not be read from its first event. Not a projection and no fact:
 * all of them may be dropped at any time, and whoever verifies, replays or exports reads events.
 */
export interface Snapshots {
  latest(tenant: string, stream: string): Promise<Snapshot | undefined>
  /** Takes the place of the one before. */
  keep(tenant: string, stream: string, snapshot: Snapshot): Promise<void>
}

export interface Snapshot {
  /** The last event that was folded. */
  readonly seq: number
  readonly hash: string
  /** The shape of the state: whoever folds another way passes it over. */
  readonly fold: string
  /** Ids, enums, numbers, pseudonyms and payload references, as text. */
  readonly state: string
  /** Keyed, over all of the above. */
  readonly seal: string
}

export interface Lease {
  readonly run: string
  readonly owner: string
  readonly epoch: number
  readonly until: number
}

export interface EnginePlace {
  readonly engine: string
  readonly epoch: number
  leave(): Promise<void>
}
