/** The rows that Charter's runs of reads left in a ledger, run by run and append by append. */
import { DatabaseSync } from 'node:sqlite'

type Row = (string | number | Uint8Array)[]
/** The rows of one run, append by append. */
export type RawRun = readonly { readonly events: readonly Row[]; readonly payloads: readonly Row[] }[]

const mostRuns = 2_048

/** Runs in which nothing was written to the world, oldest first. */
export function runsIn(file: string): readonly RawRun[] {
  using source = new DatabaseSync(file, { readOnly: true })
  const streams = source.prepare(streamsSql).all(mostRuns)
  const events = source.prepare(
    'SELECT tenant, stream, seq, type, v, at, actor, body, prev_hash, hash FROM events WHERE stream = ? ORDER BY seq',
  )
  const payloads = source.prepare(
    'SELECT tenant, stream, n, class, ciphertext, sha256 FROM payloads WHERE stream = ? ORDER BY n',
  )
  return streams.map(({ stream }) => {
    const own = String(stream)
    return appendsOf(events.all(own).map(valuesOf), payloads.all(own).map(valuesOf))
  })
}

const streamsSql = `SELECT stream FROM events WHERE type = 'run.ended'
  AND stream NOT IN (SELECT stream FROM events WHERE type = 'effect.dispatched') ORDER BY position LIMIT ?`

const valuesOf = (row: Record<string, unknown>): Row =>
  Object.values(row).map((value) => (value instanceof Uint8Array || typeof value === 'number' ? value : String(value)))

/** Each append of a run in hand ends with the reservation of the next turn; the first is its start, the last its end. */
function appendsOf(events: readonly Row[], payloads: readonly Row[]): RawRun {
  const appends: { events: Row[]; payloads: Row[] }[] = []
  let isClosed = true
  for (const event of events) {
    if (isClosed) appends.push({ events: [], payloads: [] })
    appends.at(-1)?.events.push(event)
    appends.at(-1)?.payloads.push(...payloads.filter((payload) => eventOf(payload) === event[2]))
    isClosed = event[3] === 'run.started' || event[3] === 'turn.started'
  }
  return appends
}

/** The place in the stream of the event that a payload belongs to: its number is that place times this, and on. */
const eventOf = (payload: Row): number => Math.floor(Number(payload[2]) / 16)

/** The same table with the same keys and indexes: a row has to be put into the same trees. */
export function definitionOf(file: string, table: string): string {
  using source = new DatabaseSync(file, { readOnly: true })
  const rows = source.prepare('SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL').all(table)
  return rows.map(({ sql }) => String(sql)).join(';')
}
