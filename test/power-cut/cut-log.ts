/**
 * What a power cut may leave of a SQLite ledger: the file and the longest part of its log that was synced, as copies at
 * another place. Where the sync was is told by the file itself: a commit that is synced leaves nothing that rides.
 */
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { firstRiding, lastPosition } from '../../src/ledger/sqlite/riding.ts'
import { connectSqlite, SqliteConnection } from '../../src/ledger/sqlite/sqlite-connection.ts'

export interface Cut {
  readonly eventsBefore: number
  readonly eventsAfter: number
}

/** Copies the ledger as it is now, without what was not synced. */
export function copyAfterCut(file: string, copy: string): Cut {
  const ends = commitEnds(readFileSync(`${file}-wal`))
  const eventsBefore = look(file, copy, ends.at(-1) ?? 0).events
  for (const end of ends.reverse()) {
    const { rides, events } = look(file, copy, end)
    if (rides) continue
    copyTo(file, copy, end)
    return { eventsBefore, eventsAfter: events }
  }
  throw new Error('nothing of the log was ever synced')
}

/** Whether something of the ledger was not synced when it was looked at. */
export function ridesIn(file: string): boolean {
  const connection = new SqliteConnection(file, connectSqlite)
  try {
    return firstRiding(connection) !== undefined
  } finally {
    connection.close()
  }
}

function look(file: string, copy: string, end: number): { rides: boolean; events: number } {
  copyTo(file, copy, end)
  const connection = new SqliteConnection(copy, connectSqlite)
  try {
    return { rides: firstRiding(connection) !== undefined, events: lastPosition(connection) }
  } finally {
    connection.close()
  }
}

function copyTo(file: string, copy: string, end: number): void {
  for (const beside of ['-shm', '-wal', '-journal']) if (existsSync(copy + beside)) rmSync(copy + beside)
  copyFileSync(file, copy)
  copyFileSync(`${file}-wal`, `${copy}-wal`)
  truncateSync(`${copy}-wal`, end)
}

const headerBytes = 32
const frameHeaderBytes = 24

/** Where in the log each commit ends: frames that belong to this log (by its salt) and close a transaction. */
function commitEnds(log: Buffer): number[] {
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8)
  const salt = log.subarray(16, 24)
  const ends: number[] = []
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break
    if (log.readUInt32BE(at + 4) !== 0) ends.push(at + frameBytes)
  }
  return ends
}
