/** The engine's place on the file, and the leases that belong to it. */
import { hostname } from 'node:os'
import { CharterError } from '../../errors.ts'
import type { EnginePlace, Lease, Leases } from '../ledger.ts'
import {
  enterEngine,
  lastEngine,
  lastEpoch,
  leaseIn,
  leaveEngine,
  releaseLease,
  renewLease,
  takeLease,
} from '../statements/engines.ts'
import { integer, text } from '../statements/row-values.ts'
import type { Statement } from '../statements/statement.ts'
import { lockPlace, type PlaceLock, placeTaken } from './engine-place.ts'
import type { GroupCommit } from './group-commit.ts'
import type { ConnectSqlite, SqliteConnection } from './sqlite-connection.ts'
import { asLedgerError } from './sqlite-errors.ts'

interface Place {
  readonly engine: string
  readonly lock: PlaceLock
  epoch: number
}

export interface SqliteLeasesParts {
  readonly connection: SqliteConnection
  readonly group: GroupCommit
  readonly connect: ConnectSqlite
  now(): number
}

/** Leases of one place count within its epoch, so that none is ever called like one of an engine before. */
const leasesPerEpoch = 1_000_000_000

export class SqliteLeases implements Leases {
  #parts: SqliteLeasesParts
  #place: Place | undefined

  constructor(parts: SqliteLeasesParts) {
    this.#parts = parts
  }

  async enter(engine: string): Promise<EnginePlace> {
    const place: Place = { engine, lock: this.#lock(), epoch: 0 }
    this.#place = place
    try {
      place.epoch = await this.#draw(engine)
    } catch (error) {
      this.#give(place)
      throw error
    }
    return { engine, epoch: place.epoch, leave: () => this.#leave(place) }
  }

  take(tenant: string, run: string, owner: string, forMs: number): Promise<Lease | undefined> {
    const place = this.#place
    if (!place || !this.holdsPlace()) return Promise.reject(noPlace(run))
    return this.#lease(takeLease(run, owner, forMs, place.epoch * leasesPerEpoch), tenant)
  }

  renew(tenant: string, run: string, owner: string, epoch: number, forMs: number): Promise<Lease | undefined> {
    return this.#lease(renewLease(run, owner, epoch, forMs), tenant)
  }

  async release(tenant: string, run: string, owner: string, epoch: number): Promise<void> {
    await this.#lease(releaseLease(run, owner, epoch), tenant)
  }

  /** Whether no other engine has entered since: true as long as the lock works as it should. */
  holdsPlace(): boolean {
    const [row = {}] = this.#parts.connection.plainRows(lastEpoch)
    return this.#place !== undefined && integer(row, 'epoch') === this.#place.epoch
  }

  async leave(): Promise<void> {
    if (this.#place) await this.#leave(this.#place)
  }

  #lock(): PlaceLock {
    const { connection, connect } = this.#parts
    const holder = () => this.holder()
    if (this.#place) throw placeTaken(connection.file, holder())
    if (connection.inMemory) return { release: () => {} }
    try {
      return lockPlace(connection.file, connect, holder)
    } catch (error) {
      throw asLedgerError(error, connection.file)
    }
  }

  /** `engine eng_1 (process 4711 on host)`, as the ledger knows it. */
  holder(): string | undefined {
    const [row] = this.#parts.connection.plainRows(lastEngine)
    return row && `engine \`${text(row, 'engine')}\` (process ${integer(row, 'process')} on ${text(row, 'host')})`
  }

  #draw(engine: string): Promise<number> {
    const start = enterEngine({ engine, process: process.pid, host: hostname() })
    return this.#write(start).then(([row = {}]) => integer(row, 'epoch'))
  }

  async #leave(place: Place): Promise<void> {
    if (this.#place !== place) return
    try {
      await this.#write(leaveEngine(place.epoch))
    } finally {
      this.#give(place)
    }
  }

  #give(place: Place): void {
    this.#place = undefined
    this.#parts.connection.exec('DELETE FROM temp.leases')
    place.lock.release()
  }

  #write(statement: Statement) {
    const { connection, group, now } = this.#parts
    return group.add(() => ({ answer: connection.plainRows(statement, { now: now() }), events: [] }))
  }

  // Outside the group: leases live in memory, and no transaction is ever open between two ticks.
  async #lease(statement: Statement, tenant: string): Promise<Lease | undefined> {
    const { connection, now } = this.#parts
    return leaseIn(connection.plainRows(statement, { tenant, now: now() }))
  }
}

const noPlace = (run: string) =>
  new CharterError('ledger_lease_lost', `the lease of run \`${run}\` cannot be taken without the engine's place`, {
    hint: 'enter as the engine of this ledger first',
  })
