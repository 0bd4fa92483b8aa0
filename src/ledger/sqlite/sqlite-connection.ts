/** One open SQLite file: its settings, and each text prepared once. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { CharterError } from '../../errors.ts'
import { plainRow, type StoredRow } from '../statements/events.ts'
import { numberParameters, type Parameter, type Statement } from '../statements/statement.ts'

/** The part of `DatabaseSync` that is used here. */
export type SqliteDatabase = Pick<DatabaseSync, 'exec' | 'prepare' | 'close' | 'isTransaction'>
export type ConnectSqlite = (file: string) => SqliteDatabase

export const connectSqlite: ConnectSqlite = (file) => new DatabaseSync(file, { timeout: 0 })

/** What a statement of any tenant's transaction may also name. */
export interface Given {
  readonly tenant?: string
  readonly now?: number
}

interface Prepared {
  readonly statement: StatementSync
  readonly names: readonly string[]
}

export class SqliteConnection {
  readonly file: string
  #connect: ConnectSqlite
  #database: SqliteDatabase
  #prepared = new Map<string, Prepared>()
  #syncs: 'FULL' | 'NORMAL' | undefined

  constructor(file: string, connect: ConnectSqlite) {
    this.file = file
    this.#connect = connect
    this.#database = connect(file)
  }

  get inMemory(): boolean {
    return this.file === ':memory:'
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  /** How the commits of the next transactions sync; to be said outside of one, and by `exec`, because preparing it does it. */
  syncs(level: 'FULL' | 'NORMAL'): void {
    if (this.#syncs === level) return
    this.exec(`PRAGMA synchronous = ${level}`)
    this.#syncs = level
  }

  rows(statement: Statement, given: Given = {}): StoredRow[] {
    const { statement: prepared, names } = this.#prepare(statement.sql)
    return prepared.all(...valuesOf(names, statement, given))
  }

  plainRows(statement: Statement, given: Given = {}): Record<string, string | number | null>[] {
    return this.rows(statement, given).map(plainRow)
  }

  run(statement: Statement, given: Given = {}): number {
    const { statement: prepared, names } = this.#prepare(statement.sql)
    return Number(prepared.run(...valuesOf(names, statement, given)).changes)
  }

  /** Closes, which undoes an open transaction, and opens the same file again. A database in memory stays. */
  reopen(): void {
    if (this.inMemory) {
      if (this.inTransaction) this.exec('ROLLBACK')
      return
    }
    this.close()
    this.#database = this.#connect(this.file)
  }

  close(): void {
    this.#prepared.clear()
    this.#syncs = undefined
    try {
      this.#database.close()
    } catch (error) {
      // Closed already, by a close that failed half-way: what matters is that it holds no lock.
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_INVALID_STATE')) throw error
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    const { text, names } = numberParameters(sql, '?')
    const prepared = { statement: this.#database.prepare(text), names }
    this.#prepared.set(sql, prepared)
    return prepared
  }
}

function valuesOf(names: readonly string[], { params }: Statement, given: Given): Parameter[] {
  return names.map((name) => {
    const value =
      name in params ? params[name] : name === 'now' ? given.now : name === 'tenant' ? given.tenant : undefined
    if (value === undefined) throw new CharterError('internal', `a statement's parameter \`${name}\` has no value`)
    return value
  })
}
