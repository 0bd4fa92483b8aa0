/**
 * Group commit: everything that waits in one tick shares one transaction and one sync.
 *
 *   waiting ─▶ BEGIN IMMEDIATE ─▶ each member in order, in a savepoint ─▶ COMMIT ─▶ every member is answered
 *
 * A member that throws loses its own savepoint and nothing else, unless SQLite undid the whole transaction (a full
 * disk does, silently): then nobody is told yes. An error from COMMIT is a lost answer: the file is opened again, and
 * each member gets its answer if its events are there, and an error if they are not. Nothing is ever appended twice.
 */
import { CharterError } from '../../errors.ts'
import type { Committed } from '../ledger.ts'
import { eventHash } from '../statements/events.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { asLedgerError, isBusy } from './sqlite-errors.ts'
import type { Outcome } from './sqlite-transaction.ts'
import { type Patience, turnOfLoop, whileBusy } from './while-busy.ts'

interface Member {
  /** Runs the member; what it returns answers its caller once the commit is known. */
  attempt(): Performed
  reject(error: unknown): void
}

interface Performed {
  readonly events: Outcome<unknown>['events']
  resolve(): void
}

interface Attempted {
  readonly member: Member
  readonly performed: Performed
}

export interface GroupCommitParts {
  readonly connection: SqliteConnection
  readonly patience: Patience
  /** After a commit that appended something. */
  committed(events: readonly Committed[]): void
  /** Opens the file again after an error from COMMIT. */
  reopen(): Promise<void>
}

const mostTogether = 256

export class GroupCommit {
  #parts: GroupCommitParts
  #waiting: Member[] = []
  #working: Promise<void> | undefined
  #closed = false

  constructor(parts: GroupCommitParts) {
    this.#parts = parts
  }

  add<Answer>(attempt: () => Outcome<Answer>): Promise<Answer> {
    if (this.#closed) return Promise.reject(closed(this.#parts.connection.file))
    return new Promise((resolve, reject) => {
      const member = {
        attempt() {
          const { answer, events } = attempt()
          return { events, resolve: () => resolve(answer) }
        },
        reject,
      }
      this.#waiting.push(member)
      this.#working ??= this.#work()
    })
  }

  /** Resolves when everything that was added has been answered; later additions are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#working
  }

  async #work(): Promise<void> {
    const { nextTick = turnOfLoop } = this.#parts.patience
    await nextTick()
    while (this.#waiting.length > 0) {
      await this.#commitTogether(this.#waiting.splice(0, mostTogether))
      // Whoever was answered adds what comes next before the next group begins.
      await nextTick()
    }
    this.#working = undefined
  }

  async #commitTogether(members: readonly Member[]): Promise<void> {
    const { connection, patience } = this.#parts
    try {
      await whileBusy(patience, () => connection.exec('BEGIN IMMEDIATE'))
    } catch (error) {
      return this.#rejectAll(members, error)
    }
    const attempted = this.#attemptAll(members)
    if (attempted) await this.#commit(attempted)
    else if (connection.inTransaction) await this.#parts.reopen()
  }

  /** Those that succeeded, or nothing when the whole transaction is gone and everybody has been told so. */
  #attemptAll(members: readonly Member[]): Attempted[] | undefined {
    const attempted: Attempted[] = []
    for (const member of members) {
      try {
        attempted.push({ member, performed: this.#attempt(member) })
      } catch (error) {
        if (!this.#undo(member, error)) {
          this.#rejectAll(members, error)
          return undefined
        }
      }
    }
    return attempted
  }

  #attempt(member: Member): Performed {
    const { connection } = this.#parts
    connection.exec('SAVEPOINT member')
    const performed = member.attempt()
    connection.exec('RELEASE member')
    return performed
  }

  /** Undoes one member. False when the transaction does not stand any more, so that the others are undone too. */
  #undo(member: Member, error: unknown): boolean {
    const { connection } = this.#parts
    if (!connection.inTransaction) return false
    try {
      connection.exec('ROLLBACK TO member')
      connection.exec('RELEASE member')
    } catch {
      return false
    }
    member.reject(asLedgerError(error, connection.file))
    return true
  }

  async #commit(attempted: readonly Attempted[]): Promise<void> {
    const { connection } = this.#parts
    try {
      connection.exec('COMMIT')
    } catch (error) {
      return this.#lookAfterLostAnswer(attempted, error)
    }
    for (const { performed } of attempted) performed.resolve()
    const events = attempted.flatMap(({ performed }) => performed.events)
    if (events.length > 0) this.#parts.committed(events)
  }

  async #lookAfterLostAnswer(attempted: readonly Attempted[], error: unknown): Promise<void> {
    try {
      await this.#parts.reopen()
      const stands = attempted.map(({ performed }) => this.#isThere(performed.events))
      if (stands.includes(true)) this.#sync()
      attempted.forEach(({ member, performed }, i) => {
        if (stands[i]) performed.resolve()
        else member.reject(asLedgerError(error, this.#parts.connection.file))
      })
      if (stands.includes(true))
        this.#parts.committed(attempted.flatMap(({ performed }, i) => (stands[i] ? performed.events : [])))
    } catch (lookingFailed) {
      const unknown = commitUnknown(this.#parts.connection.file, error, lookingFailed)
      for (const { member } of attempted) member.reject(unknown)
    }
  }

  #isThere(events: Performed['events']): boolean {
    const { connection } = this.#parts
    return (
      events.length > 0 &&
      events.every((event) => connection.rows(eventHash(event), event).some((row) => row.hash === event.hash))
    )
  }

  /**
   * The failed sync may have lost what the cache still shows; copying the log into the file and syncing that makes
   * it durable before anybody is told so.
   */
  #sync(): void {
    const [row] = this.#parts.connection.rows({ sql: 'PRAGMA wal_checkpoint(FULL)', params: {} })
    if (row?.busy === 0 || this.#parts.connection.inMemory) return
    throw new CharterError('ledger_unavailable', 'the log could not be synced again while another process reads it')
  }

  #rejectAll(members: readonly Member[], error: unknown): void {
    for (const member of members) member.reject(asLedgerError(error, this.#parts.connection.file))
  }
}

function commitUnknown(file: string, error: unknown, lookingFailed: unknown): CharterError {
  return new CharterError('ledger_commit_unknown', `the ledger \`${file}\` did not say whether it kept the events`, {
    hint: isBusy(lookingFailed)
      ? 'another process holds the file; read the stream before anything is appended again'
      : 'read the stream again before anything is appended again',
    cause: new AggregateError([error, lookingFailed]),
  })
}

const closed = (file: string) => new CharterError('ledger_unavailable', `the ledger \`${file}\` is closed`)
