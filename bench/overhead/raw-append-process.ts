/**
 * What the disk and SQLite would give without Charter: the very events and payloads that its runs of reads left behind,
 * inserted by prepared statements, as many runs in one transaction as play at once, one transaction for each append of
 * a run, as many of them synced as Charter's are.
 */
import { DatabaseSync } from 'node:sqlite'
import { printLine } from '../peers/measure.ts'
import { definitionOf, type RawRun, runsIn } from './raw-rows.ts'

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

if (process.argv[1] === import.meta.filename) run(JSON.parse(process.argv[2] ?? '{}'))
