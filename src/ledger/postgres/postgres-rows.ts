import type { LedgerEvent } from '../event.ts'
import type { Mending, Page, ProjectionRows, Seen } from '../projection-rows.ts'
import { eventOf, plainRow, selectEvents } from '../statements/events.ts'
import { eventsAfter, mendingStatement, rowsBetween } from '../statements/rows.ts'
import type { Statement } from '../statements/statement.ts'
import { begin, wholeHouse } from './locks.ts'
import { sendTogether } from './pipeline.ts'
import { barrier, type PositionOffset } from './positions.ts'
import { type Connection, type PreparedTexts, run } from './postgres-connection.ts'

export interface PostgresRowsParts {
  readonly texts: PreparedTexts
  readonly offset: PositionOffset
  with<Answer>(work: (connection: Connection) => Promise<Answer>): Promise<Answer>
  /** The same for a look: what it saw is durable when it is given. */
  show<Answer>(look: (connection: Connection) => Promise<Answer>): Promise<Answer>
}

export class PostgresRows implements ProjectionRows {
  #parts: PostgresRowsParts

  constructor(parts: PostgresRowsParts) {
    this.#parts = parts
  }

  async events(after: number, most: number): Promise<readonly LedgerEvent[]> {
    const { offset } = this.#parts
    const sql = `${selectEvents} WHERE position > :after AND position < ${barrier} ORDER BY position LIMIT :most`
    const { rows } = await this.#parts.show((connection) =>
      this.#say(connection, { sql, params: { after, most, offset } }),
    )
    return rows.map(eventOf)
  }

  look({ after, table, beyond, most }: Page): Promise<Seen> {
    const settled = { sql: `SELECT ${barrier} AS settled`, params: { offset: this.#parts.offset } }
    return this.#parts.show(async (connection) => {
      const [, events, until, rows] = await sendTogether(connection, () => [
        connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'),
        this.#say(connection, eventsAfter(after)),
        this.#say(connection, settled),
        this.#say(connection, rowsBetween(table, beyond, undefined, most)),
        connection.query('COMMIT'),
      ])
      return {
        events: events.rows.map(eventOf),
        settled: Number(until.rows[0]?.settled),
        rows: rows.rows.map(plainRow),
      }
    })
  }

  mend(after: number, decide: (events: readonly LedgerEvent[]) => readonly Mending[]): Promise<void> {
    return this.#parts.with(async (connection) => {
      const [, events] = await sendTogether(connection, () => [
        connection.query(begin('', wholeHouse)),
        this.#say(connection, eventsAfter(after)),
      ])
      const statements = decide(events.rows.map(eventOf)).map(mendingStatement)
      await sendTogether(connection, () => [
        ...statements.map((statement) => this.#say(connection, statement)),
        connection.query('COMMIT'),
      ])
    })
  }

  #say(connection: Connection, statement: Statement) {
    return run(connection, this.#parts.texts.prepare(statement, {}))
  }
}
