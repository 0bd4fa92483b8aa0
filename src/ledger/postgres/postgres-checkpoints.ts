import type { Checkpoint, CheckpointLeaf, CheckpointStore, MovedHead } from '../checkpoint.ts'
import type { LedgerEvent } from '../event.ts'
import type { Row } from '../projection.ts'
import {
  alreadyTaken,
  checkpointOf,
  checkpointsAfter,
  insertCheckpoint,
  lastCheckpoint,
  leafOf,
  leavesFrom,
  movedHeadOf,
  movedHeads,
} from '../statements/checkpoints.ts'
import { eventOf, plainRow, type StoredRow, streamEvents } from '../statements/events.ts'
import type { Statement } from '../statements/statement.ts'
import { sendTogether } from './pipeline.ts'
import { type Connection, type PreparedTexts, run, statementName } from './postgres-connection.ts'
import { serverCode, uniqueViolation } from './postgres-errors.ts'

export interface PostgresCheckpointsParts {
  readonly texts: PreparedTexts
  with<Answer>(work: (connection: Connection) => Promise<Answer>): Promise<Answer>
  /** The same for a look: what it saw is durable when it is given. */
  show<Answer>(look: (connection: Connection) => Promise<Answer>): Promise<Answer>
}

const byHead = `unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS BIGINT[])) AS leaf (tenant, stream, seq)`

export class PostgresCheckpoints implements CheckpointStore {
  #parts: PostgresCheckpointsParts

  constructor(parts: PostgresCheckpointsParts) {
    this.#parts = parts
  }

  pending() {
    const { show, texts } = this.#parts
    return show(async (connection) => {
      const [, last, moved] = await sendTogether(connection, () => [
        connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'),
        run(connection, texts.prepare(lastCheckpoint)),
        run(connection, texts.prepare(movedHeads)),
        connection.query('COMMIT'),
      ])
      return { last: rowsOf(last).map(checkpointOf)[0], moved: rowsOf(moved).map(movedHeadOf) }
    })
  }

  async save(checkpoint: Checkpoint, leaves: readonly CheckpointLeaf[]): Promise<void> {
    const { with: using, texts } = this.#parts
    try {
      await using(async (connection) => {
        await sendTogether(connection, () => [
          connection.query('BEGIN; SET LOCAL synchronous_commit = on; SET LOCAL statement_timeout = 60000'),
          run(connection, texts.prepare(insertCheckpoint(checkpoint))),
          connection.query(insertLeaves(leaves)),
          // Heads are locked in the order in which appends lock them, so that neither waits for the other in a ring.
          connection.query(lockHeads(leaves)),
          connection.query(markAll(leaves)),
          connection.query('COMMIT'),
        ])
      })
    } catch (error) {
      const taken = error instanceof Error && serverCode(error.cause) === uniqueViolation
      throw taken ? alreadyTaken(checkpoint.n, error) : error
    }
  }

  async checkpoints(after: number, most: number): Promise<readonly Checkpoint[]> {
    return (await this.#rows(checkpointsAfter(after, most))).map(plainRow).map(checkpointOf)
  }

  async leaves(from: number, most: number): Promise<readonly CheckpointLeaf[]> {
    return (await this.#rows(leavesFrom(from, most))).map(plainRow).map(leafOf)
  }

  async events(tenant: string, stream: string, after: number, through: number): Promise<readonly LedgerEvent[]> {
    return (await this.#rows(streamEvents(stream, after, through), tenant)).map(eventOf)
  }

  async #rows(statement: Statement, tenant = ''): Promise<StoredRow[]> {
    const { show, texts } = this.#parts
    const { rows } = await show((connection) => run(connection, texts.prepare(statement, { tenant })))
    return rows
  }
}

const rowsOf = (result: { rows: StoredRow[] } | undefined): Row[] => (result?.rows ?? []).map(plainRow)

const heads = (leaves: readonly MovedHead[]) => [
  leaves.map(({ tenant }) => tenant),
  leaves.map(({ stream }) => stream),
  leaves.map(({ seq }) => seq),
]

const prepared = (text: string, values: unknown[]) => ({ name: statementName(text), text, values })

const insertLeaves = (leaves: readonly CheckpointLeaf[]) =>
  prepared(
    `INSERT INTO checkpoint_leaves (tenant, stream, seq, hash, place, n)
      SELECT * FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS BIGINT[]), CAST($4 AS TEXT[]),
        CAST($5 AS BIGINT[]), CAST($6 AS BIGINT[]))`,
    [
      ...heads(leaves),
      leaves.map(({ hash }) => hash),
      leaves.map(({ index }) => index),
      leaves.map(({ checkpoint }) => checkpoint),
    ],
  )

const lockHeads = (leaves: readonly MovedHead[]) =>
  prepared(
    `SELECT 1 FROM heads JOIN ${byHead} ON heads.tenant = leaf.tenant AND heads.stream = leaf.stream
      ORDER BY heads.tenant, heads.stream FOR UPDATE OF heads`,
    heads(leaves),
  )

const markAll = (leaves: readonly MovedHead[]) =>
  prepared(
    `UPDATE heads SET checkpointed = leaf.seq FROM ${byHead}
      WHERE heads.tenant = leaf.tenant AND heads.stream = leaf.stream`,
    heads(leaves),
  )
