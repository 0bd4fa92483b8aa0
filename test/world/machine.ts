/**
 * The machine that ledger and keyring live on: real files in a memory disk, whose commits fail, get lost, run full or
 * find the file held on demand, and whose power can be cut.
 */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ConnectKeyring } from '../../src/keyring/file-keyring.ts'
import type { ConnectSqlite } from '../../src/ledger/sqlite/sqlite-connection.ts'
import { type CommitFault, Connection, type Disk } from './connection.ts'
import { keyringFile, ledgerFile } from './files.ts'
import type { Process } from './process.ts'
import { SyncedLog } from './synced-log.ts'

export interface MachineParts {
  readonly folder: string
  /** Files to begin with. */
  readonly template: string
  /** Asked before each commit of the ledger that writes. */
  readonly nextCommit: () => CommitFault | undefined
  /** Told of each commit of the ledger that writes. */
  readonly committed: (process: Process) => void
  readonly isFull: () => boolean
}

export class Machine implements Disk {
  readonly parts: MachineParts
  #boots = 0
  #connections = new Set<Connection>()
  #logs = new Map<string, SyncedLog>()
  #onlookers = new Map<string, DatabaseSync>()
  #holder: DatabaseSync | undefined

  constructor(parts: MachineParts) {
    this.parts = parts
    mkdirSync(this.folder, { recursive: true })
    for (const file of [ledgerFile, keyringFile]) copyFileSync(path.join(parts.template, file), this.fileOf(file))
    this.#boot()
  }

  get folder(): string {
    return path.join(this.parts.folder, String(this.#boots))
  }

  fileOf(file: string): string {
    return path.join(this.folder, file)
  }

  connectLedger(process: Process): ConnectSqlite {
    return (file) => this.#connect(process, file, 0)
  }

  connectKeyring(process: Process): ConnectKeyring {
    return (file, waitMs) => this.#connect(process, file, waitMs)
  }

  /**
   * The files of a process that is gone are closed, and what it had not committed never was. Its log stays as it is: only who
   * closes a file in peace, and last, copies the log into it.
   */
  release(process: Process): void {
    for (const file of this.#logs.keys()) this.onlooker(file)
    for (const connection of this.#connections) if (connection.process === process) connection.abandon()
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }

  /** Leaves the file to the last of those who have it open. */
  leave(file: string): void {
    if ([...this.#connections].some((connection) => connection.file === file)) return
    this.#onlookers.get(file)?.close()
    this.#onlookers.delete(file)
  }

  /** Somebody who reads the file as it is at this moment. */
  onlooker(file: string): DatabaseSync {
    const known = this.#onlookers.get(file)
    if (known) return known
    const onlooker = new DatabaseSync(file, { readOnly: true, timeout: 0 })
    // SQLite has not opened a file that nobody has read.
    onlooker.exec('PRAGMA schema_version')
    this.#onlookers.set(file, onlooker)
    return onlooker
  }

  logOf(file: string): SyncedLog | undefined {
    return this.#logs.get(file)
  }

  /** Everything that was not synced goes, but for a part of it; whoever had a file open is expected to be dead. */
  cutPower(kept: number): void {
    const before = [...this.#logs.values()]
    this.#boots += 1
    mkdirSync(this.folder)
    for (const log of before) log.copyCut(this.fileOf(path.basename(log.file)), kept)
    this.shutDown()
    this.#boot()
  }

  /** Another process begins a transaction; false when it cannot. */
  hold(): boolean {
    if (this.#holder) return false
    const holder = new DatabaseSync(this.fileOf(ledgerFile), { timeout: 0 })
    try {
      holder.exec('BEGIN IMMEDIATE')
      this.#holder = holder
      return true
    } catch {
      holder.close()
      return false
    }
  }

  letGo(): void {
    this.#holder?.close()
    this.#holder = undefined
  }

  shutDown(): void {
    this.letGo()
    for (const connection of [...this.#connections]) connection.abandon()
    for (const onlooker of this.#onlookers.values()) onlooker.close()
    this.#onlookers.clear()
  }

  #boot(): void {
    this.#logs = new Map(
      [ledgerFile, keyringFile].map((file) => [this.fileOf(file), new SyncedLog(this.fileOf(file))] as const),
    )
    for (const log of this.#logs.values()) if (existsSync(log.file)) log.sync()
  }

  #connect(process: Process, file: string, waitMs: number): Connection {
    process.enter(`open ${path.basename(file)}`)
    const connection = new Connection({ machine: this, process, file, waitMs })
    this.#connections.add(connection)
    return connection
  }
}
