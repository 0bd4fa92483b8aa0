/** The peers, what PARTS.md measured of each, and whether they are installed here. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Store } from './places.ts'

export interface Peer {
  readonly name: string
  readonly folder: string
  readonly store: Store
  /** Runs a second on the reference machine, one at a time and 32 at once. */
  readonly reference: { readonly one: number; readonly many: number }
  /** What is kept of a run once it is answered. */
  readonly durable: string
}

/** AI SDK loops a second on the reference machine, one at a time: how fast this machine is beside that one. */
export const referenceLoops = 2_934

export const aiSdk = 'ai-sdk'

export const peers: readonly Peer[] = [
  {
    name: 'mastra-libsql',
    folder: 'mastra',
    store: 'file',
    reference: { one: 674, many: 671 },
    durable: 'a snapshot after each step in SQLite (WAL, NORMAL): not synced, a power cut may take it back',
  },
  {
    name: 'mastra-postgres',
    folder: 'mastra',
    store: 'postgres',
    reference: { one: 163, many: 434 },
    durable: 'a snapshot after each step in PostgreSQL, each commit synced',
  },
  {
    name: 'langgraph-sqlite',
    folder: 'langgraph',
    store: 'file',
    reference: { one: 428, many: 577 },
    durable: 'task results and checkpoints in SQLite (WAL, NORMAL): not synced',
  },
  {
    name: 'langgraph-postgres',
    folder: 'langgraph',
    store: 'postgres',
    reference: { one: 216, many: 315 },
    durable: 'task results and checkpoints in PostgreSQL, synced; a task may not wait for the write before it',
  },
  {
    name: 'dbos',
    folder: 'dbos',
    store: 'postgres',
    reference: { one: 106, many: 264 },
    durable: 'the result of each step in PostgreSQL, synced before the next begins',
  },
  {
    name: 'restate',
    folder: 'restate',
    store: 'folder',
    reference: { one: 102, many: 708 },
    durable: "each step in the server's log, synced before the next begins",
  },
]

const peersFolder = path.resolve(import.meta.dirname, '../peers')

export const programOf = (folder: string): string => path.join(peersFolder, folder, 'run.ts')

export const isInstalled = (folder: string): boolean => existsSync(path.join(peersFolder, folder, 'node_modules'))

/** `npm ci` in each folder, under this very Node. Nothing of theirs needs a script at its installation. */
export function installPeers(progress: (text: string) => void): void {
  for (const folder of [aiSdk, ...new Set(peers.map((peer) => peer.folder))]) {
    if (isInstalled(folder)) continue
    progress(`installing ${folder}`)
    const cwd = path.join(peersFolder, folder)
    const ran = spawnSync('npm', installing, { cwd, env: { ...process.env, PATH }, encoding: 'utf8' })
    if (ran.status !== 0) progress(`${folder} was not installed: ${ran.stderr.slice(-1_000)}`)
  }
}

const installing = ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund']
const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`
