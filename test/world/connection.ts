/** One open file of a simulated machine, as the product sees it: `node:sqlite` with a disk under it that can fail. */
import path from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ledgerFile } from './files.ts'
import { type Process, ProcessGone } from './process.ts'
import type { SyncedLog } from './synced-log.ts'

/** The machine under the file. */
export interface Disk {
  readonly parts: {
    readonly nextCommit: () => CommitFault | undefined
    readonly committed: (process: Process) => void
    readonly isFull: () => boolean
  }
  logOf(file: string): SyncedLog | undefined
  forget(connection: Connection): void
  /** Called where a file is closed in peace. */
  leave(file: string): void
}

/** What happens to one commit of the ledger. */
export type CommitFault = 'commit_fails' | 'commit_lost'

interface Parts {
  readonly machine: Disk
  readonly process: Process
  readonly file: string
  readonly waitMs: number
}

const fullDisk = 13
const ioError = 10

/** What SQLite calls the levels under which a commit is synced. */
const synced: ReadonlySet<string> = new Set(['full', 'extra', '2', '3'])

export class Connection {
  readonly process: Process
  readonly file: string
  #machine: Disk
  #database: DatabaseSync
  #isLedger: boolean
  #isSynced = true
  #isWriting = false

  constructor({ machine, process, file, waitMs }: Parts) {
    this.#machine = machine
    this.process = process
    this.file = file
    this.#isLedger = path.basename(file) === ledgerFile
    this.#database = new DatabaseSync(file, { timeout: waitMs })
  }

  get isTransaction(): boolean {
    return !this.process.isDead && this.#database.isTransaction
  }

  get isOpen(): boolean {
    return this.#database.isOpen
  }

  exec(sql: string): void {
    this.#guard()
    this.#noteLevel(sql)
    if (/^\s*commit\b/i.test(sql) && this.#isWriting) this.#commit()
    else if (/begin (immediate|exclusive)/i.test(sql)) this.#begin(sql)
    else this.#database.exec(sql)
    // A script that begins and commits by itself.
    if (/begin.*commit/is.test(sql)) this.#settle()
  }

  prepare(sql: string): StatementSync {
    this.#guard()
    const statement = this.#database.prepare(sql)
    const changes = this.#isLedger && /^\s*(insert|update|delete)\b/i.test(sql) && !/\bleases\b/.test(sql)
    const syncsAll = /wal_checkpoint/i.test(sql)
    for (const name of ['all', 'get', 'run'] as const) {
      const real = statement[name]
      const guarded = (...values: unknown[]): unknown => {
        this.#guard()
        if (changes && this.#machine.parts.isFull()) this.#fail(fullDisk, 'database or disk is full')
        const answer: unknown = Reflect.apply(real, statement, values)
        if (syncsAll) this.#log?.sync()
        return answer
      }
      Object.defineProperty(statement, name, { value: guarded })
    }
    return statement
  }

  close(): void {
    this.#guard()
    this.#machine.forget(this)
    this.#machine.leave(this.file)
    this.#database.close()
  }

  /** Without the process having a say in it. */
  abandon(): void {
    this.#machine.forget(this)
    if (this.#database.isOpen) this.#database.close()
  }

  get #log() {
    return this.#machine.logOf(this.file)
  }

  #begin(sql: string): void {
    this.process.enter(`${path.basename(this.file)} begin`)
    this.#database.exec(sql)
    this.#isWriting = this.#database.isTransaction
  }

  #commit(): void {
    const { parts } = this.#machine
    this.process.enter(`${path.basename(this.file)} commit`)
    const fault = this.#isLedger ? parts.nextCommit() : undefined
    this.#guard()
    if (fault === 'commit_fails') this.#fail(ioError, 'disk I/O error')
    this.#database.exec('COMMIT')
    this.#isWriting = false
    if (fault === undefined && this.#isSynced) this.#log?.sync()
    if (this.#isLedger) parts.committed(this.process)
    this.process.enter(`${path.basename(this.file)} committed`)
    if (fault === 'commit_lost') throw sqliteError(ioError, 'disk I/O error')
  }

  #settle(): void {
    this.#isWriting = this.#database.isTransaction
    if (!this.#isWriting && this.#isSynced) this.#log?.sync()
  }

  /** The whole transaction is undone, and whoever has it open is not told by whom. */
  #fail(code: number, said: string): never {
    this.#isWriting = false
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    throw sqliteError(code, said)
  }

  #noteLevel(sql: string): void {
    const level = /synchronous\s*=\s*(\w+)/i.exec(sql)?.[1]
    if (level !== undefined) this.#isSynced = synced.has(level.toLowerCase())
  }

  #guard(): void {
    if (this.process.isDead) throw new ProcessGone(`${this.process.name} is gone`)
  }
}

const sqliteError = (errcode: number, said: string) =>
  Object.assign(new Error(said), { code: 'ERR_SQLITE_ERROR', errcode })
