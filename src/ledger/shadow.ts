/** Projections made again from events alone, in a temporary database of their own that is gone when it is closed. */

import { project } from './append.ts'
import type { LedgerEvent } from './event.ts'
import { sqliteDialect } from './migrations/dialect.ts'
import { statementsSince } from './migrations/migrations.ts'
import type { Projection, Row } from './projection.ts'
import { connectSqlite, SqliteConnection } from './sqlite/sqlite-connection.ts'
import { changeStatement } from './statements/change.ts'
import { rowOf, rowsBetween } from './statements/rows.ts'

/** SQLite's name for a database that spills to a temporary file when it grows. */
const temporary = ''

export class Shadow {
  #connection = new SqliteConnection(temporary, connectSqlite)
  #projections: readonly Projection[]
  #settled = 0
  /** Events from `#settled` on that were seen already: others with lower positions may still appear. */
  #ahead = new Set<number>()

  constructor(projections: readonly Projection[]) {
    this.#projections = projections
    for (const statement of statementsSince(0, sqliteDialect)) this.#connection.exec(statement)
  }

  /** Every event up to here has been applied. */
  get through(): number {
    return Math.max(0, this.#settled - 1)
  }

  /** Applies the events that were not applied yet; no others will appear below `settled`. */
  apply(events: readonly LedgerEvent[], settled: number): void {
    this.#connection.exec('BEGIN')
    for (const event of events) if (!this.#isApplied(event)) this.#project(event)
    this.#connection.exec('COMMIT')
    this.#settled = Math.max(this.#settled, settled)
    for (const position of this.#ahead) if (position < this.#settled) this.#ahead.delete(position)
  }

  rows(table: string, beyond?: Row, upTo?: Row): Row[] {
    return this.#connection.plainRows(rowsBetween(table, beyond, upTo))
  }

  /** The row of a key, or nothing. */
  row(table: string, key: Row): Row | undefined {
    return this.#connection.plainRows(rowOf(table, key))[0]
  }

  close(): void {
    this.#connection.close()
  }

  #isApplied({ position }: LedgerEvent): boolean {
    return position < this.#settled || this.#ahead.has(position)
  }

  #project(event: LedgerEvent): void {
    for (const change of project(this.#projections, event)) this.#connection.run(changeStatement(change, event.tenant))
    this.#ahead.add(event.position)
  }
}
