import type { Snapshot, Snapshots } from '../ledger.ts'
import { keepSnapshot, latestSnapshot, snapshotOf } from '../statements/snapshots.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

export interface SqliteSnapshotsParts {
  readonly connection: SqliteConnection
  readonly group: GroupCommit
  /** Reads in one snapshot of the file. */
  read<Answer>(attempt: () => Answer): Promise<Answer>
}

export class SqliteSnapshots implements Snapshots {
  #parts: SqliteSnapshotsParts

  constructor(parts: SqliteSnapshotsParts) {
    this.#parts = parts
  }

  latest(tenant: string, stream: string): Promise<Snapshot | undefined> {
    const { connection, read } = this.#parts
    return read(() => connection.plainRows(latestSnapshot(stream), { tenant }).map(snapshotOf)[0])
  }

  keep(tenant: string, stream: string, snapshot: Snapshot): Promise<void> {
    const { connection, group } = this.#parts
    const write = () => {
      connection.run(keepSnapshot(stream, snapshot), { tenant })
      return { answer: undefined, events: [] }
    }
    // May be lost: it stands in the log behind the events that it was folded from.
    return group.add(write, 'soon')
  }
}
