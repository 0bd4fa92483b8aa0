import type { Snapshot, Snapshots } from '../ledger.ts'
import { plainRow } from '../statements/events.ts'
import { keepSnapshot, latestSnapshot, snapshotOf } from '../statements/snapshots.ts'
import type { Statement } from '../statements/statement.ts'
import { type Connection, type PreparedTexts, run } from './postgres-connection.ts'

export interface PostgresSnapshotsParts {
  readonly texts: PreparedTexts
  with<Answer>(work: (connection: Connection) => Promise<Answer>): Promise<Answer>
}

export class PostgresSnapshots implements Snapshots {
  #parts: PostgresSnapshotsParts

  constructor(parts: PostgresSnapshotsParts) {
    this.#parts = parts
  }

  async latest(tenant: string, stream: string): Promise<Snapshot | undefined> {
    const [row] = await this.#say(latestSnapshot(stream), tenant)
    return row && snapshotOf(row)
  }

  async keep(tenant: string, stream: string, snapshot: Snapshot): Promise<void> {
    await this.#say(keepSnapshot(stream, snapshot), tenant)
  }

  async #say(statement: Statement, tenant: string) {
    const prepared = this.#parts.texts.prepare(statement, { tenant })
    const { rows } = await this.#parts.with((connection) => run(connection, prepared))
    return rows.map(plainRow)
  }
}
