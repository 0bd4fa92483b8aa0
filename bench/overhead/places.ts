/** Where measured programs keep what they keep: a fresh folder on the disk, or a fresh database on one server. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { type PostgresServer, startPostgresServer } from '../../test/postgres-server.ts'

export type Store = 'file' | 'folder' | 'postgres' | 'nothing'

export interface Place {
  readonly folder: string
  /** What the program is told. */
  readonly place: string
  remove(): Promise<void>
}

export interface Places extends AsyncDisposable {
  readonly server: PostgresServer
  fresh(store: Store): Promise<Place>
}

/** The server syncs as one in production does; the folder lies on the machine's disk, not in memory. */
export async function openPlaces(): Promise<Places> {
  const root = mkdtempSync(path.join(tmpdir(), 'charter-overhead-'))
  const server = await startPostgresServer({ fsync: 'on', full_page_writes: 'on', max_wal_size: '4GB' })
  let opened = 0
  return {
    server,
    async fresh(store) {
      opened += 1
      const folder = path.join(root, String(opened))
      mkdirSync(path.join(folder, '.charter'), { recursive: true })
      const removeFolder = async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      if (store !== 'postgres') return { folder, place: placeIn(folder, store), remove: removeFolder }
      const name = `bench_${opened}`
      await say(server.url, `CREATE DATABASE ${name}`)
      const url = new URL(server.url)
      url.pathname = `/${name}`
      const remove = async () => {
        await say(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
        await removeFolder()
      }
      return { folder, place: url.href, remove }
    },
    async [Symbol.asyncDispose]() {
      server.remove()
      rmSync(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function placeIn(folder: string, store: Store): string {
  if (store === 'file') return path.join(folder, '.charter', 'ledger.db')
  return store === 'folder' ? folder : ''
}

async function say(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
