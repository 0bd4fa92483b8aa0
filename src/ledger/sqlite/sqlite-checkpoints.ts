import type { Checkpoint, CheckpointLeaf, CheckpointStore } from '../checkpoint.ts'
import type { LedgerEvent } from '../event.ts'
import {
  alreadyTaken,
  checkpointOf,
  checkpointsAfter,
  insertCheckpoint,
  insertLeaf,
  lastCheckpoint,
  leafOf,
  leavesFrom,
  markCheckpointed,
  movedHeadOf,
  movedHeads,
} from '../statements/checkpoints.ts'
import { eventOf, streamEvents } from '../statements/events.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

export interface SqliteCheckpointsParts {
  readonly connection: SqliteConnection
  readonly group: GroupCommit
  /** Reads while another process may hold the file for a moment; what is read is of one moment. */
  read<Answer>(attempt: () => Answer): Promise<Answer>
}

export class SqliteCheckpoints implements CheckpointStore {
  #parts: SqliteCheckpointsParts

  constructor(parts: SqliteCheckpointsParts) {
    this.#parts = parts
  }

  pending() {
    const { connection, read } = this.#parts
    return read(() => ({
      last: connection.plainRows(lastCheckpoint).map(checkpointOf)[0],
      moved: connection.plainRows(movedHeads).map(movedHeadOf),
    }))
  }

  save(checkpoint: Checkpoint, leaves: readonly CheckpointLeaf[]): Promise<void> {
    return this.#parts.group.add(() => {
      this.#insert(checkpoint, leaves)
      return { answer: undefined, events: [] }
    })
  }

  checkpoints(after: number, most: number): Promise<readonly Checkpoint[]> {
    const { connection, read } = this.#parts
    return read(() => connection.plainRows(checkpointsAfter(after, most)).map(checkpointOf))
  }

  leaves(from: number, most: number): Promise<readonly CheckpointLeaf[]> {
    const { connection, read } = this.#parts
    return read(() => connection.plainRows(leavesFrom(from, most)).map(leafOf))
  }

  events(tenant: string, stream: string, after: number, through: number): Promise<readonly LedgerEvent[]> {
    const { connection, read } = this.#parts
    return read(() => connection.rows(streamEvents(stream, after, through), { tenant }).map(eventOf))
  }

  #insert(checkpoint: Checkpoint, leaves: readonly CheckpointLeaf[]): void {
    const { connection } = this.#parts
    const [taken] = connection.rows(checkpointsAfter(checkpoint.n - 1, 1))
    if (taken) throw alreadyTaken(checkpoint.n)
    connection.run(insertCheckpoint(checkpoint))
    for (const leaf of leaves) {
      connection.run(insertLeaf(leaf), { tenant: leaf.tenant })
      connection.run(markCheckpointed(leaf), { tenant: leaf.tenant })
    }
  }
}
