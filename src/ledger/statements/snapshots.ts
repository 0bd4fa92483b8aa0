import type { Snapshot } from '../ledger.ts'
import type { Row } from '../projection.ts'
import { integer, text } from './row-values.ts'
import type { Statement } from './statement.ts'

export const latestSnapshot = (stream: string): Statement => ({
  sql: 'SELECT seq, hash, fold, state, seal FROM snapshots WHERE tenant = :tenant AND stream = :stream',
  params: { stream },
})

export const keepSnapshot = (stream: string, { seq, hash, fold, state, seal }: Snapshot): Statement => ({
  sql: `INSERT INTO snapshots (tenant, stream, seq, hash, fold, state, seal)
    VALUES (:tenant, :stream, :seq, :hash, :fold, :state, :seal)
    ON CONFLICT (tenant, stream) DO UPDATE
      SET seq = excluded.seq, hash = excluded.hash, fold = excluded.fold, state = excluded.state, seal = excluded.seal`,
  params: { stream, seq, hash, fold, state, seal },
})

export const snapshotOf = (row: Row): Snapshot => ({
  seq: integer(row, 'seq'),
  hash: text(row, 'hash'),
  fold: text(row, 'fold'),
  state: text(row, 'state'),
  seal: text(row, 'seal'),
})
