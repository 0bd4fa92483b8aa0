/** The ledger on a PostgreSQL server: several processes may read and write it at once. */
import type pg from 'pg'
import type { Clock } from '../../clock.ts'
import type { Randomness } from '../../ids.ts'
import { requireOwnTables } from '../append.ts'
import { Changes } from '../changes.ts'
import type { CheckpointStore } from '../checkpoint.ts'
import type { LedgerEvent, SealedPayload } from '../event.ts'
import type { Cares, Ledger, Lock, Sight, Transaction } from '../ledger.ts'
import type { Projection } from '../projection.ts'
import type { ProjectionRows } from '../projection-rows.ts'
import type { Found, Read } from '../reads.ts'
import { eventOf, payloadOf, type StoredRow, selectEvents, streamEvents } from '../statements/events.ts'
import type { Statement } from '../statements/statement.ts'
import { SyncSoon } from '../sync-soon.ts'
import { behind, Flushes, flushStatement } from './flushes.ts'
import { areThere } from './look-for-events.ts'
import { sendTogether } from './pipeline.ts'
import { barrier } from './positions.ts'
import { PostgresCheckpoints } from './postgres-checkpoints.ts'
import { type Connection, nameOf, openPool, PreparedTexts, run, withConnection } from './postgres-connection.ts'
import { asLedgerError, isDeadlock } from './postgres-errors.ts'
import { PostgresLeases } from './postgres-leases.ts'
import { PostgresPayloads } from './postgres-payloads.ts'
import { PostgresRows } from './postgres-rows.ts'
import { PostgresSnapshots } from './postgres-snapshots.ts'
import { type Performed, type PostgresContext, perform, type Sent } from './postgres-transaction.ts'
import { prepareDatabase } from './prepare-database.ts'
import { combine, foundIn, planReads } from './read-all.ts'
import { ServerTime } from './server-time.ts'
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
    const time = new ServerTime(clock)
    const context = { ledgerId, offset, projections, texts: new PreparedTexts(), time, written: new WeakMap() }
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
  readonly stored: PostgresPayloads
  readonly checkpoints: CheckpointStore
  readonly rows: ProjectionRows
  #parts: PostgresLedgerParts
  #signals: Signals
  #changes: Changes
  #flushes: Flushes
  #soon: SyncSoon
  /** What was appended since others were last told that they may look. */
  #unannounced: LedgerEvent[] = []
  #lastShown = 0
  #closing: Promise<void> | undefined

  constructor(parts: PostgresLedgerParts) {
    this.#parts = parts
    const { context, pool, where, url, clock } = parts
    this.id = context.ledgerId
    this.leases = new PostgresLeases(pool, context.texts, where)
    const { texts, offset } = context
    const using = <Answer>(work: (connection: Connection) => Promise<Answer>) => withConnection(pool, where, work)
    this.#flushes = new Flushes({ clock, flush: () => this.#rows(flushStatement) })
    this.#soon = new SyncSoon({ clock, sync: () => this.#flushAndTell() })
    const show = <Answer>(work: (connection: Connection) => Promise<Answer>) => this.#show(work)
    this.checkpoints = new PostgresCheckpoints({ texts, with: using, show })
    this.snapshots = new PostgresSnapshots({ texts, with: using })
    this.stored = new PostgresPayloads({ texts, with: using })
    this.rows = new PostgresRows({ texts, offset, with: using, show })
    this.#changes = new Changes({ clock, everyMs: lookEveryMs, look: () => this.#othersCommitted() })
    this.#signals = new Signals({ url, clock, heard: () => this.#changes.announce() })
  }

  now(): number {
    const { context, clock } = this.#parts
    return context.time.now() ?? clock.now()
  }

  async listen(): Promise<void> {
    await this.#signals.open()
    await this.#othersCommitted()
  }

  async transact<const Reads extends Readonly<Record<string, Read>>, Answer>(
    work: Transaction<Reads, Answer>,
  ): Promise<Answer> {
    let locks = work.locks
    const { durable = 'before_answer' } = work
    const { rides } = this.#soon
    for (let tries = 1; ; tries++) {
      const performed = await this.#perform(work, locks, tries)
      if (performed === 'again') continue
      switch (performed.done) {
        case 'committed':
          return this.#answer(work, performed, rides)
        case 'kept nothing':
          if (performed.behind && durable === 'before_answer') await this.#flushes.flush()
          return performed.answer
        case 'refused':
          if (performed.behind && durable === 'before_answer') await this.#flushes.flush()
          throw performed.failure
        case 'unknown':
          if (await areThere(this.#looking(), { tenant: work.tenant, locks, events: performed.events })) {
            return this.#answer(work, performed, rides)
          }
          throw asLedgerError(performed.error, this.#parts.where)
        case 'not locked':
          locks = [...locks, ...performed.streams.map((stream): Lock => ({ lock: 'stream', stream }))]
      }
    }
  }

  async read(tenant: string, stream: string, after = 0, sight: Sight = 'durable'): Promise<readonly LedgerEvent[]> {
    const statement = streamEvents(stream, after)
    if (sight === 'latest') return (await this.#rows(statement, tenant)).map(eventOf)
    const rows = await this.#show((connection) => this.#say(connection, statement, tenant))
    return rows.map(eventOf)
  }

  async tail(tenant: string, after: number, most: number): Promise<readonly LedgerEvent[]> {
    const { offset } = this.#parts.context
    const statement = { sql: tailSql, params: { after, most, offset } }
    const rows = await this.#show((connection) => this.#say(connection, statement, tenant), 'paced')
    return rows.map(eventOf)
  }

  async find<const Reads extends Readonly<Record<string, Read>>>(
    tenant: string,
    reads: Reads,
    sight: Sight = 'durable',
  ): Promise<Found<Reads>> {
    const plan = planReads(reads)
    if (plan.names.length === 0) return foundIn<Reads>(plan, {})
    const { pool, where, context } = this.#parts
    const look = async (connection: Connection) => {
      const [columns = {}] = (await run(connection, combine(plan, tenant))).rows
      context.time.heard(Number(columns.now))
      return columns
    }
    return foundIn<Reads>(plan, await (sight === 'latest' ? withConnection(pool, where, look) : this.#show(look)))
  }

  async payloads(tenant: string, stream: string, ns: readonly number[]): Promise<readonly SealedPayload[]> {
    const rows = await this.#rows({ sql: payloadsSql, params: { stream, ns: JSON.stringify(ns) } }, tenant)
    return rows.map(payloadOf)
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
    try {
      await this.#soon.close()
    } finally {
      await this.#parts.pool.end()
      await this.#signals.close()
    }
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

  #answer<Answer>(
    { durable, kept }: Pick<Transaction<Record<string, Read>, Answer>, 'durable' | 'kept'>,
    { answer, events }: Sent<Answer>,
    rides: number,
  ): Answer {
    kept?.(events)
    this.#unannounced.push(...events)
    if (durable === 'soon') this.#soon.rode()
    else {
      this.#soon.synced(rides)
      this.#tell()
    }
    return answer
  }

  #tell(): void {
    this.#changes.announce(this.#unannounced.splice(0))
    this.#signals.tell()
  }

  async #flushAndTell(): Promise<void> {
    await this.#flushes.flush()
    this.#tell()
  }

  /** What was seen on one connection, and is durable when it is shown. */
  async #show<Answer>(look: (connection: Connection) => Promise<Answer>, how: 'flush' | 'paced' = 'flush') {
    const { pool, where } = this.#parts
    const [answer, isBehind] = await withConnection(pool, where, (connection) =>
      // Asked after the look has begun, and so of a moment when all that it shows had been committed.
      sendTogether(connection, () => [look(connection), this.#isBehind(connection)]),
    )
    if (isBehind) await this.#flushes[how]()
    return answer
  }

  async #isBehind(connection: Connection): Promise<boolean> {
    const [row] = await this.#say(connection, { sql: `SELECT ${behind} AS behind`, params: {} })
    return row?.behind === true
  }

  #looking() {
    const { pool, context, clock, where, restartLimitMs } = this.#parts
    return { pool, clock, where, texts: context.texts, limitMs: restartLimitMs }
  }

  async #rows(statement: Statement, tenant = ''): Promise<StoredRow[]> {
    const { pool, where } = this.#parts
    return withConnection(pool, where, (connection) => this.#say(connection, statement, tenant))
  }

  async #say(connection: Connection, statement: Statement, tenant = ''): Promise<StoredRow[]> {
    const { rows } = await run(connection, this.#parts.context.texts.prepare(statement, { tenant }))
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

/**
 * All in one statement, since a long run that goes on wants thousands; `OFFSET 0` keeps PostgreSQL from walking all that a
 * stream has for the sake of one.
 */
const payloadsSql = `SELECT found.* FROM json_array_elements_text(CAST(:ns AS JSON)) AS wanted (n)
  CROSS JOIN LATERAL (
    SELECT stream, n, class, ciphertext FROM payloads
      WHERE tenant = :tenant AND stream = :stream AND n = CAST(wanted.n AS BIGINT) OFFSET 0
  ) AS found`

const lastShownSql = `SELECT coalesce(max(position), 0) AS last FROM events WHERE position < ${barrier}`
