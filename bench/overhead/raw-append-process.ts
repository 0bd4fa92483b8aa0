/**
 * What the disk and SQLite would give without Charter: the very events and payloads that its runs of reads left behind,
 * inserted by prepared statements, as many runs in one transaction as play at once, one transaction for each append of
 * a run, as many of them synced as Charter's are.
 */
import { DatabaseSync } from 'node:sqlite'
import { printLine } from '../peers/measure.ts'

export interface RawOrders {
  /** A ledger of Charter's to take the rows from, and the file to write. */
  readonly source: string
  readonly place: string
  readonly together: number
  /** Of the transactions that so many runs make together. */
  readonly synced: number
  readonly seconds: number
}

export interface RawMeasured {
  readonly runs: number
  readonly runs_per_s: number
  readonly rows_per_run: number
  readonly appends_per_run: number
}

type Row = (string | number | Uint8Array)[]
/** The rows of one run, append by append. */
type RawRun = readonly { readonly events: readonly Row[]; readonly payloads: readonly Row[] }[]

const mostRuns = 2_048

function run({ source, place, together, synced, seconds }: RawOrders): void {
  const runs = runsIn(source)
  using database = new DatabaseSync(place)
  database.exec('PRAGMA journal_mode = WAL')
  for (const table of ['events', 'payloads']) database.exec(definitionOf(source, table))
  const insert = {
    event: database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    payload: database.prepare('INSERT INTO payloads VALUES (?, ?, ?, ?, ?, ?)'),
  }
  let position = 0
  let done = 0
  const began = performance.now()
  const elapsed = () => (performance.now() - began) / 1_000
  for (let lap = 0; elapsed() < seconds; lap++) {
    for (let first = 0; first < runs.length && elapsed() < seconds; first += together) {
      const group = runs.slice(first, first + together)
      appendGroup(group, lap)
      done += group.length
    }
  }
  const took = elapsed()
  const [sample = []] = runs
  printLine({
    runs: done,
    runs_per_s: done / took,
    rows_per_run: sample.reduce((sum, { events, payloads }) => sum + events.length + payloads.length, 0),
    appends_per_run: sample.length,
  })

  function appendGroup(group: readonly RawRun[], lap: number): void {
    const appends = Math.max(...group.map((one) => one.length))
    for (let place = 0; place < appends; place++) {
      database.exec(`PRAGMA synchronous = ${place >= appends - synced ? 'FULL' : 'NORMAL'}`)
      database.exec('BEGIN IMMEDIATE')
      for (const one of group) {
        for (const [tenant = '', stream = '', ...rest] of one[place]?.events ?? []) {
          position += 1
          insert.event.run(position, tenant, `${stream}.${lap}`, ...rest)
        }
        for (const [tenant = '', stream = '', ...rest] of one[place]?.payloads ?? [])
          insert.payload.run(tenant, `${stream}.${lap}`, ...rest)
      }
      database.exec('COMMIT')
    }
  }
}

/** Runs in which nothing was written to the world, oldest first. */
function runsIn(file: string): readonly RawRun[] {
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
function definitionOf(file: string, table: string): string {
  using source = new DatabaseSync(file, { readOnly: true })
  const rows = source.prepare('SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL').all(table)
  return rows.map(({ sql }) => String(sql)).join(';')
}

run(JSON.parse(process.argv[2] ?? '{}'))
