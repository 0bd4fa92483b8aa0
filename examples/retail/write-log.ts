/** Reads what the triggers of `schema.ts` wrote: the shop's own witness of what reached it. */
import type { DatabaseSync } from 'node:sqlite'
import { type Collection, collections } from './schema.ts'

export interface LoggedWrite {
  readonly seq: number
  readonly collection: Collection
  readonly id: string
  /** Text of the record before; null when there was none. */
  readonly before: string | null
}

export interface WriteLog {
  /** Oldest first. */
  all(): readonly LoggedWrite[]
  count(): number
  /** Number of the last row ever logged; it never goes back, also when the log is cleared. */
  last(): number
  /** What was logged after that number; undefined when part of it has been cleared. */
  since(seq: number): readonly LoggedWrite[] | undefined
  clear(): void
}

export function writeLogOf(database: DatabaseSync): WriteLog {
  const after = database.prepare('SELECT seq, collection, id, before FROM write_log WHERE seq > ? ORDER BY seq')
  const count = database.prepare('SELECT count(*) AS rows FROM write_log')
  const last = database.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'write_log'`)
  const clear = database.prepare('DELETE FROM write_log')
  const lastSeq = () => Number(last.get()?.seq ?? 0)
  const rowsAfter = (seq: number) => after.all(seq).map(loggedWrite)
  return {
    all: () => rowsAfter(0),
    count: () => Number(count.get()?.rows),
    last: lastSeq,
    since(seq) {
      const rows = rowsAfter(seq)
      return rows.length === lastSeq() - seq ? rows : undefined
    },
    clear: () => void clear.run(),
  }
}

function loggedWrite(row: Record<string, unknown>): LoggedWrite {
  const collection = collections.find((name) => name === row.collection)
  if (!collection) throw new Error(`the write log names \`${row.collection}\`, which is no collection`)
  const before = row.before === null ? null : String(row.before)
  return { seq: Number(row.seq), collection, id: String(row.id), before }
}
