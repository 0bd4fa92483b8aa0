/** Taking payloads away so that their bytes are gone from the file and from its log. */
import { payloadStreams, payloadsOfStream, removePayload, storedPayloadOf } from '../statements/payloads.ts'
import { text } from '../statements/row-values.ts'
import type { StoredPayload, StoredPayloads } from '../stored-payloads.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

export interface SqlitePayloadsParts {
  readonly connection: SqliteConnection
  readonly group: GroupCommit
  /** Reads in one snapshot of the file. */
  read<Answer>(attempt: () => Answer): Promise<Answer>
}

export class SqlitePayloads implements StoredPayloads {
  #parts: SqlitePayloadsParts

  constructor(parts: SqlitePayloadsParts) {
    this.#parts = parts
  }

  streams(tenant: string, after: string, most: number): Promise<readonly string[]> {
    const { connection, read } = this.#parts
    return read(() => connection.plainRows(payloadStreams(after, most), { tenant }).map((row) => text(row, 'stream')))
  }

  of(tenant: string, stream: string): Promise<readonly StoredPayload[]> {
    const { connection, read } = this.#parts
    return read(() => connection.plainRows(payloadsOfStream(stream), { tenant }).map(storedPayloadOf))
  }

  remove(tenant: string, stream: string, ns: readonly number[]): Promise<number> {
    const { connection, group } = this.#parts
    return group.add(() => {
      // A setting of the connection, which a reopen forgets.
      connection.exec('PRAGMA secure_delete = ON')
      const removed = ns.map((n) => connection.run(removePayload(stream, n), { tenant }))
      return { answer: removed.reduce((sum, count) => sum + count, 0), events: [] }
    })
  }

  async scrub(): Promise<boolean> {
    const { connection } = this.#parts
    if (connection.inMemory) return true
    if (connection.inTransaction) return false
    const [row] = connection.plainRows({ sql: 'PRAGMA wal_checkpoint(TRUNCATE)', params: {} })
    return row?.busy === 0
  }
}
