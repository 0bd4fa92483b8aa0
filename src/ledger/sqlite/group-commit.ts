/**
 * Group commit: everything that waits in one tick shares one transaction and one sync, or none where nobody needs one.
 *
 *   waiting ─▶ BEGIN IMMEDIATE ─▶ each member in order, in a savepoint ─▶ COMMIT ─▶ every member is answered
 *
 * A member that throws loses its own savepoint and nothing else, unless SQLite undid the whole transaction (a full
 * disk does, silently): then nobody is told yes. An error from COMMIT is a lost answer: the file is opened again, and
 * each member gets its answer if its events are there, and an error if they are not. Nothing is ever appended twice.
 */
import type { Clock } from '../../clock.ts'
import { CharterError } from '../../errors.ts'
import type { Committed, Durable } from '../ledger.ts'
import { eventHash } from '../statements/events.ts'
import { SyncSoon } from '../sync-soon.ts'
import { clearRiding, firstRiding, lastPosition, markRiding } from './riding.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { asLedgerError, isBusy } from './sqlite-errors.ts'
import type { Outcome } from './sqlite-transaction.ts'
import { type Patience, turnOfLoop, whileBusy } from './while-busy.ts'

interface Member {
  readonly durable: Durable
  /** Runs the member; what it returns answers its caller once the commit is known. */
  attempt(): Performed
  reject(error: unknown): void
}

interface Performed {
  readonly events: Outcome<unknown>['events']
  /** Tells the member what came of it: its answer, or why it was undone. */
  settle(): void
}

interface Attempted {
  readonly member: Member
  readonly performed: Performed
}

export interface GroupCommitParts {
  readonly connection: SqliteConnection
  readonly patience: Patience
  readonly clock: Clock
  /** After a sync by which others may see these; of what rode in another process nothing is known. */
  committed(events: readonly Committed[] | undefined): void
  /** Opens the file again after an error from COMMIT. */
  reopen(): Promise<void>
}

const mostTogether = 256

export class GroupCommit {
  #parts: GroupCommitParts
  #soon: SyncSoon
  /** What was appended since others were last told that they may look. */
  #unannounced: Committed[] = []
  #waiting: Member[] = []
  #working: Promise<void> | undefined
  #closed = false
  /** A sync failed, and what rode on it could not be made durable yet. */
  #lostSync = false

  constructor(parts: GroupCommitParts) {
    this.#parts = parts
    this.#soon = new SyncSoon({ clock: parts.clock, sync: () => this.#sync() })
  }

  add<Answer>(attempt: () => Outcome<Answer>, durable: Durable = 'before_answer'): Promise<Answer> {
    if (this.#closed) return Promise.reject(closed(this.#parts.connection.file))
    return this.#enqueue(attempt, durable)
  }

  /** Somebody saw that something rides, perhaps of a process that is gone. */
  syncSoon(): void {
    this.#soon.rode()
  }

  /** Resolves when everything that was added has been answered and is durable; later additions are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#working
    await this.#soon.close()
  }

  /** Everything that was committed before is durable afterwards, whoever committed it. */
  #sync(): Promise<void> {
    return this.#enqueue(() => ({ answer: undefined, events: [] }), 'before_answer')
  }

  #enqueue<Answer>(attempt: () => Outcome<Answer>, durable: Durable): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const member = {
        durable,
        attempt() {
          const { answer, events } = attempt()
          return { events, settle: () => resolve(answer) }
        },
        reject,
      }
      this.#waiting.push(member)
      this.#working ??= this.#work()
    })
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
    const durable = members.some((member) => member.durable === 'before_answer') ? 'before_answer' : 'soon'
    try {
      if (this.#lostSync) await this.#syncAgain()
      connection.syncs(durable === 'before_answer' ? 'FULL' : 'NORMAL')
      await whileBusy(patience, () => connection.exec('BEGIN IMMEDIATE'))
    } catch (error) {
      return this.#rejectAll(members, error)
    }
    const attempted = this.#attemptAll(members, durable)
    if (attempted) await this.#commit(attempted, durable)
    else if (connection.inTransaction) await this.#parts.reopen()
  }

  /** What came of each, or nothing when the whole transaction is gone and everybody has been told so. */
  #attemptAll(members: readonly Member[], durable: Durable): Attempted[] | undefined {
    const { connection } = this.#parts
    const attempted: Attempted[] = []
    try {
      const riding = { after: lastPosition(connection), before: firstRiding(connection) }
      for (const member of members) attempted.push({ member, performed: this.#attemptOrUndo(member) })
      if (durable === 'soon') markRiding(connection, riding.after, riding.before)
      else if (!attempted.some(({ performed }) => performed.events.length > 0)) clearRiding(connection)
      return attempted
    } catch (error) {
      this.#rejectAll(members, error)
      return undefined
    }
  }

  /** Throws what went wrong when the transaction does not stand any more, so that all others are undone too. */
  #attemptOrUndo(member: Member): Performed {
    try {
      return this.#attempt(member)
    } catch (error) {
      this.#undo(error)
      // Told with the others: what it was refused for may have to be synced first.
      return { events: [], settle: () => member.reject(asLedgerError(error, this.#parts.connection.file)) }
    }
  }

  #attempt(member: Member): Performed {
    const { connection } = this.#parts
    connection.exec('SAVEPOINT member')
    const performed = member.attempt()
    connection.exec('RELEASE member')
    return performed
  }

  #undo(error: unknown): void {
    const { connection } = this.#parts
    if (!connection.inTransaction) throw error
    try {
      connection.exec('ROLLBACK TO member')
      connection.exec('RELEASE member')
    } catch {
      throw error
    }
  }

  async #commit(attempted: readonly Attempted[], durable: Durable): Promise<void> {
    const { connection } = this.#parts
    const { rides, isDue } = this.#soon
    const appends = attempted.some(({ performed }) => performed.events.length > 0)
    try {
      connection.exec('COMMIT')
    } catch (error) {
      return this.#lookAfterLostAnswer(attempted, error)
    }
    for (const { performed } of attempted) performed.settle()
    this.#unannounced.push(...attempted.flatMap(({ performed }) => performed.events))
    if (durable === 'soon') {
      if (appends) this.#soon.rode()
      return
    }
    this.#soon.synced(rides)
    const events = this.#unannounced.splice(0)
    if (events.length > 0) this.#parts.committed(events)
    else if (isDue) this.#parts.committed(undefined)
  }

  async #lookAfterLostAnswer(attempted: readonly Attempted[], error: unknown): Promise<void> {
    const { connection } = this.#parts
    try {
      await this.#parts.reopen()
      const stands = attempted.map(({ performed }) => this.#isThere(performed.events))
      // What rode before lost its sync too, and nobody else would notice.
      this.#lostSync ||= firstRiding(connection) !== undefined
      if (stands.includes(true)) await this.#syncAgain()
      // Where that fails too, nothing is committed before it goes well; nobody here is told yes meanwhile.
      else if (this.#lostSync) await this.#syncAgain().catch(() => {})
      attempted.forEach(({ member, performed }, i) => {
        if (stands[i]) performed.settle()
        else member.reject(asLedgerError(error, connection.file))
      })
      if (stands.includes(true))
        this.#parts.committed(attempted.flatMap(({ performed }, i) => (stands[i] ? performed.events : [])))
    } catch (lookingFailed) {
      const unknown = commitUnknown(connection.file, error, lookingFailed)
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
   * The failed sync may have lost what the cache still shows; copying the log into the file, syncing that and beginning
   * the log anew makes it durable before anybody is told so.
   */
  async #syncAgain(): Promise<void> {
    const { connection, patience } = this.#parts
    await whileBusy(patience, () => {
      const [row] = connection.rows({ sql: 'PRAGMA wal_checkpoint(TRUNCATE)', params: {} })
      if (row?.busy === 0 || connection.inMemory) return
      throw new CharterError('ledger_unavailable', 'the log could not be synced again while another process reads it')
    })
    this.#lostSync = false
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
