/** Reading and writing checkpoints, their leaves, and which heads they have not taken yet. */
import { CharterError } from '../../errors.ts'
import type { Checkpoint, CheckpointLeaf, MovedHead } from '../checkpoint.ts'
import type { Row } from '../projection.ts'
import { integer, text } from './row-values.ts'
import type { Statement } from './statement.ts'

const select = 'SELECT n, size, root, at, key_id, signature FROM checkpoints'

export const lastCheckpoint: Statement = { sql: `${select} ORDER BY n DESC LIMIT 1`, params: {} }

export const checkpointsAfter = (after: number, most: number): Statement => ({
  sql: `${select} WHERE n > :after ORDER BY n LIMIT :most`,
  params: { after, most },
})

export const movedHeads: Statement = {
  sql: 'SELECT tenant, stream, seq, hash FROM heads WHERE seq > checkpointed ORDER BY tenant, stream',
  params: {},
}

export const leavesFrom = (from: number, most: number): Statement => ({
  sql: `SELECT place, n, tenant, stream, seq, hash FROM checkpoint_leaves
    WHERE place >= :from ORDER BY place LIMIT :most`,
  params: { from, most },
})

export const insertCheckpoint = ({ n, size, root, at, keyId, signature }: Checkpoint): Statement => ({
  sql: `INSERT INTO checkpoints (n, size, root, at, key_id, signature)
    VALUES (:n, :size, :root, :at, :key_id, :signature)`,
  params: { n, size, root, at, key_id: keyId, signature },
})

export const insertLeaf = ({ index, checkpoint, stream, seq, hash }: CheckpointLeaf): Statement => ({
  sql: `INSERT INTO checkpoint_leaves (place, n, tenant, stream, seq, hash)
    VALUES (:place, :n, :tenant, :stream, :seq, :hash)`,
  params: { place: index, n: checkpoint, stream, seq, hash },
})

export const markCheckpointed = ({ stream, seq }: MovedHead): Statement => ({
  sql: 'UPDATE heads SET checkpointed = :seq WHERE tenant = :tenant AND stream = :stream',
  params: { stream, seq },
})

export const alreadyTaken = (n: number, cause?: unknown) =>
  new CharterError('ledger_version_conflict', `checkpoint ${n} was taken by another process`, {
    hint: 'take the next one',
    cause,
  })

export const checkpointOf = (row: Row): Checkpoint => ({
  n: integer(row, 'n'),
  size: integer(row, 'size'),
  root: text(row, 'root'),
  at: integer(row, 'at'),
  keyId: text(row, 'key_id'),
  signature: text(row, 'signature'),
})

export const movedHeadOf = (row: Row): MovedHead => ({
  tenant: text(row, 'tenant'),
  stream: text(row, 'stream'),
  seq: integer(row, 'seq'),
  hash: text(row, 'hash'),
})

export const leafOf = (row: Row): CheckpointLeaf => ({
  ...movedHeadOf(row),
  index: integer(row, 'place'),
  checkpoint: integer(row, 'n'),
})
