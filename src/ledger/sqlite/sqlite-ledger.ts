/** The ledger in one SQLite file (or in memory), for one machine: no server, no account. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Clock } from '../../clock.ts'
import type { Randomness } from '../../ids.ts'
import { requireOwnTables } from '../append.ts'
import { Changes } from '../changes.ts'
import type { CheckpointStore } from '../checkpoint.ts'
import type { LedgerEvent, SealedPayload } from '../event.ts'
import type { Cares, Ledger, Sight, Transaction } from '../ledger.ts'
import type { Projection } from '../projection.ts'
import type { ProjectionRows } from '../projection-rows.ts'
import type { Found, Read } from '../reads.ts'
import { eventOf, payload, payloadOf, selectEvents, streamEvents } from '../statements/events.ts'
import { integer, text } from '../statements/row-values.ts'
import type { Statement } from '../statements/statement.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate, prepareFile } from './prepare-file.ts'
import { firstRiding, lastPosition } from './riding.ts'
import { SqliteCheckpoints } from './sqlite-checkpoints.ts'
import { type ConnectSqlite, connectSqlite, type Given, SqliteConnection } from './sqlite-connection.ts'
import { asLedgerError } from './sqlite-errors.ts'
import { SqliteLeases } from './sqlite-leases.ts'
import { SqlitePayloads } from './sqlite-payloads.ts'
import { SqliteRows } from './sqlite-rows.ts'
import { SqliteSnapshots } from './sqlite-snapshots.ts'
import { perform, readAll } from './sqlite-transaction.ts'
import { type Patience, whileBusy } from './while-busy.ts'

export interface SqliteLedgerOptions {
  /** A path whose folder is created where it is missing, or `:memory:`. */
  readonly file: string
  readonly projections: readonly Projection[]
  readonly clock: Clock
  readonly random: Randomness
  /** How long to wait for another process that holds the file, in milliseconds; 5,000 unless said otherwise. */
  readonly busyLimitMs?: number
  /** Opens the file; tests hand in one that fails where a disk would. */
  readonly connect?: ConnectSqlite
  /** A turn of the event loop, unless a simulation has its own. */
  readonly nextTick?: () => Promise<void>
}

const lookEveryMs = 20

/** Throws `ledger_newer`, `ledger_read_only`, `ledger_full` or `ledger_unavailable`. */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<SqliteLedger> {
  const { file, clock, random, projections, connect = connectSqlite, busyLimitMs: limitMs = 5000, nextTick } = options
  requireOwnTables(projections)
  try {
    if (file !== ':memory:') requireWritable(file)
    const connection = new SqliteConnection(file, connect)
    try {
      const patience = { clock, file, limitMs, nextTick }
      await whileBusy(patience, () => prepareFile(connection))
      const id = await whileBusy(patience, () => migrate(connection, clock, random))
      return new SqliteLedger({ id, connection, connect, patience, projections, clock, random })
    } catch (error) {
      connection.close()
      throw error
    }
  } catch (error) {
    throw asLedgerError(error, file)
  }
}

/** A log that a crash left beside the file would let SQLite open what it can never write. */
function requireWritable(file: string): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true })
  if (existsSync(file)) accessSync(file, constants.W_OK)
}

interface SqliteLedgerParts {
  readonly id: string
  readonly connection: SqliteConnection
  readonly connect: ConnectSqlite
  readonly patience: Patience
  readonly projections: readonly Projection[]
  readonly clock: Clock
  readonly random: Randomness
}

export class SqliteLedger implements Ledger {
  readonly id: string
  readonly database = 'sqlite'
  readonly leases: SqliteLeases
  readonly snapshots: SqliteSnapshots
  readonly stored: SqlitePayloads
  readonly checkpoints: CheckpointStore
  readonly rows: ProjectionRows
  #parts: SqliteLedgerParts
  #group: GroupCommit
  #changes: Changes
  #version = 0
  #lastShown = 0

  constructor(parts: SqliteLedgerParts) {
    this.#parts = parts
    this.id = parts.id
    const { connection, connect, clock } = parts
    const look = connection.inMemory ? undefined : () => this.#othersCommitted()
    this.#changes = new Changes({ clock, everyMs: lookEveryMs, look })
    this.#othersCommitted()
    this.#group = new GroupCommit({
      connection,
      patience: { ...parts.patience, holder: () => this.leases.holder() },
      clock,
      committed: (events) => this.#changes.announce(events),
      reopen: () => this.#reopen(),
    })
    this.leases = new SqliteLeases({ connection, connect, group: this.#group, now: () => clock.now() })
    const read = <Answer>(attempt: () => Answer) => this.#show(attempt, () => true)
    this.checkpoints = new SqliteCheckpoints({ connection, group: this.#group, read })
    this.snapshots = new SqliteSnapshots({ connection, group: this.#group, read: (attempt) => this.#snapshot(attempt) })
    this.stored = new SqlitePayloads({ connection, group: this.#group, read: (attempt) => this.#snapshot(attempt) })
    this.rows = new SqliteRows({ connection, group: this.#group, read })
  }

  now(): number {
    return this.#parts.clock.now()
  }

  async transact<const Reads extends Readonly<Record<string, Read>>, Answer>(
    work: Transaction<Reads, Answer>,
  ): Promise<Answer> {
    const { connection, projections, clock } = this.#parts
    const context = {
      connection,
      projections,
      ledgerId: this.id,
      now: () => clock.now(),
      holdsPlace: () => this.leases.holdsPlace(),
    }
    let events: readonly LedgerEvent[] = []
    const attempt = () => {
      const outcome = perform(context, work)
      events = outcome.events
      return outcome
    }
    const answer = await this.#group.add(attempt, work.durable)
    if (events.length > 0) work.kept?.(events)
    return answer
  }

  read(tenant: string, stream: string, after = 0, sight: Sight = 'durable'): Promise<readonly LedgerEvent[]> {
    const look = () => this.#parts.connection.rows(streamEvents(stream, after), { tenant }).map(eventOf)
    if (sight === 'latest') return this.#whileBusy(look)
    return this.#show(look, (events, riding) => (events.at(-1)?.position ?? 0) >= riding)
  }

  /** What rides is left out and not synced for it, so that a busy tail costs no syncs; it is shown within a second. */
  tail(tenant: string, after: number, most: number): Promise<readonly LedgerEvent[]> {
    const { connection } = this.#parts
    return this.#snapshot(() => {
      const riding = firstRiding(connection)
      if (riding !== undefined) this.#group.syncSoon()
      const params = { after, most, below: riding ?? Number.MAX_SAFE_INTEGER }
      return connection.rows({ sql: tailSql, params }, { tenant }).map(eventOf)
    })
  }

  find<const Reads extends Readonly<Record<string, Read>>>(
    tenant: string,
    reads: Reads,
    sight: Sight = 'durable',
  ): Promise<Found<Reads>> {
    const { connection, clock } = this.#parts
    const look = () => readAll(connection, tenant, reads, clock.now())
    if (sight === 'durable') return this.#show(look, () => true)
    // One statement is a snapshot by itself.
    return Object.keys(reads).length > 1 ? this.#snapshot(look) : this.#whileBusy(look)
  }

  async payloads(tenant: string, stream: string, ns: readonly number[]): Promise<readonly SealedPayload[]> {
    const { connection } = this.#parts
    return this.#whileBusy(() => ns.flatMap((n) => connection.rows(payload(stream, n), { tenant }).map(payloadOf)))
  }

  async tenants(): Promise<readonly string[]> {
    const rows = await this.#rows({ sql: tenantsSql, params: {} })
    return rows.map((row) => text({ tenant: String(row.tenant) }, 'tenant'))
  }

  changed(signal: AbortSignal, cares?: Cares): Promise<void> {
    return this.#changes.changed(signal, cares)
  }

  async close(): Promise<void> {
    try {
      await this.leases.leave()
      await this.#group.close()
    } finally {
      this.#changes.close()
      this.#parts.connection.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #rows(statement: Statement, given: Given = {}) {
    return this.#whileBusy(() => this.#parts.connection.rows(statement, given))
  }

  /**
   * What was seen at one moment. Where that holds something that rides, it is looked for once more in a commit that
   * syncs: all who look in one tick share it.
   */
  async #show<Answer>(look: () => Answer, showsRiding: (answer: Answer, first: number) => boolean): Promise<Answer> {
    const { connection } = this.#parts
    const { answer, isDurable } = await this.#snapshot(() => {
      const answer = look()
      const riding = firstRiding(connection)
      return { answer, isDurable: riding === undefined || !showsRiding(answer, riding) }
    })
    return isDurable ? answer : this.#group.add(() => ({ answer: look(), events: [] }))
  }

  #snapshot<Answer>(look: () => Answer): Promise<Answer> {
    return this.#whileBusy(() => inOneSnapshot(this.#parts.connection, look))
  }

  async #whileBusy<Answer>(attempt: () => Answer): Promise<Answer> {
    try {
      return await whileBusy(this.#parts.patience, attempt)
    } catch (error) {
      throw asLedgerError(error, this.#parts.connection.file)
    }
  }

  async #reopen(): Promise<void> {
    const { connection, patience, clock, random } = this.#parts
    connection.reopen()
    await whileBusy(patience, () => prepareFile(connection))
    await whileBusy(patience, () => migrate(connection, clock, random))
  }

  /**
   * SQLite counts what other connections committed; this connection's own commits leave the number alone. What only
   * rides is no news yet.
   */
  #othersCommitted(): boolean {
    const { connection } = this.#parts
    const before = { version: this.#version, last: this.#lastShown }
    const [row = {}] = connection.plainRows({ sql: 'PRAGMA data_version', params: {} })
    this.#version = integer(row, 'data_version')
    if (this.#version === before.version) return false
    const riding = firstRiding(connection)
    this.#lastShown = riding === undefined ? lastPosition(connection) : riding - 1
    return riding === undefined || this.#lastShown !== before.last
  }
}

// One tenant fills an embedded ledger, so walking by position is right and an index by tenant would cost each append.
const tailSql = `${selectEvents} NOT INDEXED
  WHERE position > :after AND position < :below AND tenant = :tenant ORDER BY position LIMIT :most`

/** Jumps from one tenant to the next along the index, instead of reading every head. */
const tenantsSql = `WITH RECURSIVE known (tenant) AS (
    SELECT min(tenant) FROM heads
    UNION ALL
    SELECT (SELECT min(tenant) FROM heads WHERE heads.tenant > known.tenant) FROM known WHERE known.tenant IS NOT NULL
  ) SELECT tenant FROM known WHERE tenant IS NOT NULL`

function inOneSnapshot<Answer>(connection: SqliteConnection, read: () => Answer): Answer {
  connection.exec('BEGIN')
  try {
    return read()
  } finally {
    connection.exec('COMMIT')
  }
}
