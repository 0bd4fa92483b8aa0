/** The ledger on a PostgreSQL server: several processes may read and write it at once. */
import type pg from 'pg'
import type { Clock } from '../../clock.ts'
import type { Randomness } from '../../ids.ts'
import { requireOwnTables } from '../append.ts'
import { Changes } from '../changes.ts'
import type { CheckpointStore } from '../checkpoint.ts'
import type { LedgerEvent, SealedPayload } from '../event.ts'
import type { Cares, Ledger, Lock, Transaction } from '../ledger.ts'
import type { Projection } from '../projection.ts'
import type { ProjectionRows } from '../projection-rows.ts'
import type { Found, Read } from '../reads.ts'
import { eventOf, payload, payloadOf, type StoredRow, selectEvents, streamEvents } from '../statements/events.ts'
import type { Statement } from '../statements/statement.ts'
import { areThere } from './look-for-events.ts'
import { barrier } from './positions.ts'
import { PostgresCheckpoints } from './postgres-checkpoints.ts'
import { type Connection, nameOf, openPool, PreparedTexts, run, withConnection } from './postgres-connection.ts'
import { asLedgerError, isDeadlock } from './postgres-errors.ts'
import { PostgresLeases } from './postgres-leases.ts'
import { PostgresRows } from './postgres-rows.ts'
import { PostgresSnapshots } from './postgres-snapshots.ts'
import { type Performed, type PostgresContext, perform } from './postgres-transaction.ts'
import { prepareDatabase } from './prepare-database.ts'
import { combine, foundIn, planReads } from './read-all.ts'
import { Signals } from './signals.ts'

export interface PostgresLedgerOptions {
  /** `postgres://user:password@host:port/database`; the database must exist, the tables are made. */
  readonly url: string
  readonly projections: readonly Projection[]
  readonly clock: Clock
  readonly random: Randomness
  /** Connections at most, 16 unless said otherwise; one more listens. */
  readonly connections?: number
  /** How long a server that restarts is waited for when the answer to a commit was lost, in milliseconds; 10,000. */
  readonly restartLimitMs?: number
}

const lookEveryMs = 1000
const mostTries = 5

/** Throws `ledger_newer`, `ledger_read_only` or `ledger_unavailable`. */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<PostgresLedger> {
  const { url, projections, clock, random, connections = 16, restartLimitMs = 10_000 } = options
  requireOwnTables(projections)
  const where = nameOf(url)
  const pool = openPool(url, connections)
  try {
    const { ledgerId, offset } = await prepareDatabase(pool, where, clock, random)
    const context = { ledgerId, offset, projections, texts: new PreparedTexts() }
    const ledger = new PostgresLedger({ url, where, pool, clock, context, restartLimitMs })
    await ledger.listen()
    return ledger
  } catch (error) {
    await pool.end()
    throw asLedgerError(error, where)
  }
}

interface PostgresLedgerParts {
  readonly url: string
  readonly where: string
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly context: PostgresContext
  readonly restartLimitMs: number
}

export class PostgresLedger implements Ledger {
  readonly id: string
  readonly database = 'postgres'
  readonly leases: PostgresLeases
  readonly snapshots: PostgresSnapshots
  readonly checkpoints: CheckpointStore
  readonly rows: ProjectionRows
  #parts: PostgresLedgerParts
  #signals: Signals
  #changes: Changes
  #lastShown = 0
  #closing: Promise<void> | undefined

  constructor(parts: PostgresLedgerParts) {
    this.#parts = parts
    const { context, pool, where, url, clock } = parts
    this.id = context.ledgerId
    this.leases = new PostgresLeases(pool, context.texts, where)
    const { texts, offset } = context
    const using = <Answer>(work: (connection: Connection) => Promise<Answer>) => withConnection(pool, where, work)
    this.checkpoints = new PostgresCheckpoints({ texts, with: using })
    this.snapshots = new PostgresSnapshots({ texts, with: using })
    this.rows = new PostgresRows({ texts, offset, with: using })
    this.#changes = new Changes({ clock, everyMs: lookEveryMs, look: () => this.#othersCommitted() })
    this.#signals = new Signals({ url, clock, heard: () => this.#changes.announce() })
  }

  async listen(): Promise<void> {
    await this.#signals.open()
    await this.#othersCommitted()
  }

  async transact<const Reads extends Readonly<Record<string, Read>>, Answer>(
    work: Transaction<Reads, Answer>,
  ): Promise<Answer> {
    let locks = work.locks
    for (let tries = 1; ; tries++) {
      const performed = await this.#perform(work, locks, tries)
      if (performed === 'again') continue
      switch (performed.done) {
        case 'committed':
          return this.#answer(performed)
        case 'refused':
          throw performed.failure
        case 'unknown':
          if (await areThere(this.#looking(), { tenant: work.tenant, locks, events: performed.events })) {
            return this.#answer(performed)
          }
          throw asLedgerError(performed.error, this.#parts.where)
        case 'not locked':
          locks = [...locks, ...performed.streams.map((stream): Lock => ({ lock: 'stream', stream }))]
      }
    }
  }

  async read(tenant: string, stream: string, after = 0): Promise<readonly LedgerEvent[]> {
    return (await this.#rows(streamEvents(stream, after), tenant)).map(eventOf)
  }

  async tail(tenant: string, after: number, most: number): Promise<readonly LedgerEvent[]> {
    const { offset } = this.#parts.context
    return (await this.#rows({ sql: tailSql, params: { after, most, offset } }, tenant)).map(eventOf)
  }

  async find<const Reads extends Readonly<Record<string, Read>>>(tenant: string, reads: Reads): Promise<Found<Reads>> {
    const { pool, where } = this.#parts
    const plan = planReads(reads)
    if (plan.names.length === 0) return foundIn<Reads>(plan, {})
    return withConnection(pool, where, async (connection) => {
      const { rows } = await run(connection, combine(plan, tenant))
      return foundIn<Reads>(plan, rows[0] ?? {})
    })
  }

  async payloads(tenant: string, stream: string, ns: readonly number[]): Promise<readonly SealedPayload[]> {
    const found = await Promise.all(ns.map((n) => this.#rows(payload(stream, n), tenant)))
    return found.flat().map(payloadOf)
  }

  async tenants(): Promise<readonly string[]> {
    const rows = await this.#rows({ sql: 'SELECT DISTINCT tenant FROM heads ORDER BY tenant', params: {} })
    return rows.map(({ tenant }) => String(tenant))
  }

  changed(signal: AbortSignal, cares?: Cares): Promise<void> {
    return this.#changes.changed(signal, cares)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    this.#changes.close()
    await this.#parts.pool.end()
    await this.#signals.close()
  }

  async #perform<Reads extends Readonly<Record<string, Read>>, Answer>(
    work: Transaction<Reads, Answer>,
    locks: readonly Lock[],
    tries: number,
  ): Promise<Performed<Answer> | 'again'> {
    const { pool, where, context } = this.#parts
    try {
      return await withConnection(pool, where, (connection) => perform(connection, context, work, locks))
    } catch (error) {
      const undoneForAnother = error instanceof Error && isDeadlock(error.cause)
      if (undoneForAnother && tries < mostTries) return 'again'
      throw error
    }
  }

  #answer<Answer>({ answer, events }: { answer: Answer; events: readonly LedgerEvent[] }): Answer {
    if (events.length > 0) {
      this.#changes.announce(events)
      this.#signals.tell()
    }
    return answer
  }

  #looking() {
    const { pool, context, clock, where, restartLimitMs } = this.#parts
    return { pool, clock, where, texts: context.texts, limitMs: restartLimitMs }
  }

  async #rows(statement: Statement, tenant = ''): Promise<StoredRow[]> {
    const { pool, where, context } = this.#parts
    const prepared = context.texts.prepare(statement, { tenant })
    const { rows } = await withConnection(pool, where, (connection) => run(connection, prepared))
    return rows
  }

  /** Also true when an older transaction ended and let go of what stood behind it. */
  async #othersCommitted(): Promise<boolean> {
    const before = this.#lastShown
    const { offset } = this.#parts.context
    const [row] = await this.#rows({ sql: lastShownSql, params: { offset } }).catch(() => [])
    if (row) this.#lastShown = Number(row.last)
    return this.#lastShown !== before
  }
}

const tailSql = `${selectEvents} WHERE tenant = :tenant AND position > :after AND position < ${barrier}
  ORDER BY position LIMIT :most`

const lastShownSql = `SELECT coalesce(max(position), 0) AS last FROM events WHERE position < ${barrier}`
