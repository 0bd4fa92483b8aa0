import type { LedgerEvent } from '../event.ts'
import type { Mending, Page, ProjectionRows, Seen } from '../projection-rows.ts'
import { eventOf, selectEvents } from '../statements/events.ts'
import { eventsAfter, mendingStatement, rowsBetween } from '../statements/rows.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

export interface SqliteRowsParts {
  readonly connection: SqliteConnection
  readonly group: GroupCommit
  /** Reads in one snapshot. */
  read<Answer>(attempt: () => Answer): Promise<Answer>
}

export class SqliteRows implements ProjectionRows {
  #parts: SqliteRowsParts

  constructor(parts: SqliteRowsParts) {
    this.#parts = parts
  }

  events(after: number, most: number): Promise<readonly LedgerEvent[]> {
    const { connection, read } = this.#parts
    const sql = `${selectEvents} WHERE position > :after ORDER BY position LIMIT :most`
    return read(() => connection.rows({ sql, params: { after, most } }).map(eventOf))
  }

  look({ after, table, beyond, most }: Page): Promise<Seen> {
    const { connection, read } = this.#parts
    return read(() => {
      const events = connection.rows(eventsAfter(after)).map(eventOf)
      const settled = (events.at(-1)?.position ?? after) + 1
      return { events, settled, rows: connection.plainRows(rowsBetween(table, beyond, undefined, most)) }
    })
  }

  mend(after: number, decide: (events: readonly LedgerEvent[]) => readonly Mending[]): Promise<void> {
    const { connection, group } = this.#parts
    return group.add(() => {
      const mendings = decide(connection.rows(eventsAfter(after)).map(eventOf))
      for (const mending of mendings) connection.run(mendingStatement(mending))
      return { answer: undefined, events: [] }
    })
  }
}
