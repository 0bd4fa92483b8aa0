/** Where the ledgers of one call lie, on a disk: what is measured here is also what the disk has to find again. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { type PostgresServer, startPostgresServer } from '../../test/postgres-server.ts'
import type { LedgerPlace } from '../rebuild-ledger.ts'
import type { Place } from './open-house.ts'
import type { Database } from './options.ts'

export interface Places extends AsyncDisposable {
  open(name: string): Promise<Place & LedgerPlace>
  /** Closes what is open, and lets neither the database nor the system remember a page of it. */
  turnCold(): Promise<void>
}

export function placesOf(database: Database, folder: string): Promise<Places> {
  return database === 'sqlite' ? Promise.resolve(files(folder)) : databases(folder)
}

function files(folder: string): Places {
  return {
    open: async (name) => {
      const place = placeIn(folder, `sqlite-${name}`)
      return { ...place, ledger: path.join(place.folder, '.charter', 'ledger.db') }
    },
    turnCold: async () => forget(folder),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** A server that syncs, as one in production does. */
async function databases(folder: string): Promise<Places> {
  const settings = { fsync: 'on', full_page_writes: 'on', shared_buffers: '256MB', max_wal_size: '4GB' }
  const server = await startPostgresServer(settings)
  const places: { name: string; url: string }[] = []
  return {
    async open(name) {
      const url = new URL(server.url)
      url.pathname = `/growth_${name.replaceAll('-', '_')}`
      await tell(server.url, `CREATE DATABASE ${url.pathname.slice(1)}`)
      places.push({ name, url: url.href })
      return { ...placeIn(folder, `postgres-${name}`), ledger: url.href }
    },
    /** What autovacuum would have done by itself while a ledger grew to that size is done at once. */
    async turnCold() {
      for (const { url } of places) await tell(url, 'VACUUM ANALYZE')
      const [data] = await tell(server.url, 'SHOW data_directory')
      await tell(server.url, 'CHECKPOINT')
      await crash(server)
      forget(String(data?.data_directory))
      server.start()
    },
    [Symbol.asyncDispose]: async () => server.remove(),
  }
}

/** Nothing is lost by it right after a checkpoint, and nothing is kept in memory. */
async function crash(server: PostgresServer): Promise<void> {
  const pid = server.pid()
  server.crash()
  while (isAlive(pid)) await pause(20)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function placeIn(folder: string, name: string) {
  const own = path.join(folder, name)
  mkdirSync(path.join(own, '.charter'), { recursive: true })
  return { folder: own, keyring: path.join(own, '.charter', 'keyring.db') }
}

async function tell(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** Of a PostgreSQL folder most files are catalogues of a few pages, which every query reads. */
const smallFile = 2 ** 18

/** `dd` tells the system that a file will not be read again; where there is no such `dd` the files stay warm. */
function forget(folder: string): void {
  spawnSync('sync')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (!entry.isFile() || statSync(file).size < smallFile) continue
    spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'])
  }
}
