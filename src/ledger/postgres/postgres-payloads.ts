import { plainRow } from '../statements/events.ts'
import { payloadStreams, payloadsOfStream, removePayloads, storedPayloadOf } from '../statements/payloads.ts'
import { text } from '../statements/row-values.ts'
import type { Statement } from '../statements/statement.ts'
import type { StoredPayload, StoredPayloads } from '../stored-payloads.ts'
import { type Connection, type PreparedTexts, run } from './postgres-connection.ts'

export interface PostgresPayloadsParts {
  readonly texts: PreparedTexts
  with<Answer>(work: (connection: Connection) => Promise<Answer>): Promise<Answer>
}

export class PostgresPayloads implements StoredPayloads {
  #parts: PostgresPayloadsParts

  constructor(parts: PostgresPayloadsParts) {
    this.#parts = parts
  }

  async streams(tenant: string, after: string, most: number): Promise<readonly string[]> {
    return (await this.#say(payloadStreams(after, most), tenant)).rows.map((row) => text(plainRow(row), 'stream'))
  }

  async of(tenant: string, stream: string): Promise<readonly StoredPayload[]> {
    return (await this.#say(payloadsOfStream(stream), tenant)).rows.map((row) => storedPayloadOf(plainRow(row)))
  }

  async remove(tenant: string, stream: string, ns: readonly number[]): Promise<number> {
    return (await this.#say(removePayloads(stream, ns), tenant)).rows.length
  }

  /** A row that was deleted lies in its page until the server vacuums it, and longer in the server's log. */
  async scrub(): Promise<boolean> {
    return true
  }

  #say(statement: Statement, tenant: string) {
    const prepared = this.#parts.texts.prepare(statement, { tenant })
    return this.#parts.with((connection) => run(connection, prepared))
  }
}
