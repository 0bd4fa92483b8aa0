/**
 * Leases and engine starts on PostgreSQL: rows, by the database's clock. Several engines may be in at once. A lease waits
 * for no sync of its own: what is appended under it stands behind it in the server's log, so that neither is kept without
 * the other, and whoever takes one that a crash of the server undid is another owner.
 */
import { hostname } from 'node:os'
import type pg from 'pg'
import type { EnginePlace, Lease, Leases } from '../ledger.ts'
import { enterEngine, leaseIn, leaveEngine, releaseLease, renewLease, takeLease } from '../statements/engines.ts'
import { plainRow } from '../statements/events.ts'
import { integer } from '../statements/row-values.ts'
import type { Statement } from '../statements/statement.ts'
import { sendTogether } from './pipeline.ts'
import { type PreparedTexts, run, withConnection } from './postgres-connection.ts'
import { serverCode, uniqueViolation } from './postgres-errors.ts'

const firstEpoch = 1

export class PostgresLeases implements Leases {
  #pool: pg.Pool
  #texts: PreparedTexts
  #where: string

  constructor(pool: pg.Pool, texts: PreparedTexts, where: string) {
    this.#pool = pool
    this.#texts = texts
    this.#where = where
  }

  async enter(engine: string): Promise<EnginePlace> {
    const epoch = await this.#drawEpoch(engine)
    return { engine, epoch, leave: async () => void (await this.#say(leaveEngine(epoch))) }
  }

  take(tenant: string, run: string, owner: string, forMs: number): Promise<Lease | undefined> {
    return this.#lease(takeLease(run, owner, forMs, firstEpoch), tenant)
  }

  renew(tenant: string, run: string, owner: string, epoch: number, forMs: number): Promise<Lease | undefined> {
    return this.#lease(renewLease(run, owner, epoch, forMs), tenant)
  }

  async release(tenant: string, run: string, owner: string, epoch: number): Promise<void> {
    await this.#sayUnsynced(releaseLease(run, owner, epoch), tenant)
  }

  /** Two engines that enter at once draw the same number, and one of them draws again. */
  async #drawEpoch(engine: string): Promise<number> {
    const start = enterEngine({ engine, process: process.pid, host: hostname() })
    for (;;) {
      try {
        const [row = {}] = await this.#say(start)
        return integer(row, 'epoch')
      } catch (error) {
        if (!(error instanceof Error && serverCode(error.cause) === uniqueViolation)) throw error
      }
    }
  }

  async #lease(statement: Statement, tenant: string): Promise<Lease | undefined> {
    return leaseIn(await this.#sayUnsynced(statement, tenant))
  }

  async #sayUnsynced(statement: Statement, tenant: string) {
    const prepared = this.#texts.prepare(statement, { tenant })
    const [, { rows }] = await withConnection(this.#pool, this.#where, (connection) =>
      sendTogether(connection, () => [
        connection.query('BEGIN; SET LOCAL synchronous_commit = off'),
        run(connection, prepared),
        connection.query('COMMIT'),
      ]),
    )
    return rows.map(plainRow)
  }

  async #say(statement: Statement, tenant = '') {
    const prepared = this.#texts.prepare(statement, { tenant })
    const { rows } = await withConnection(this.#pool, this.#where, (connection) => run(connection, prepared))
    return rows.map(plainRow)
  }
}
