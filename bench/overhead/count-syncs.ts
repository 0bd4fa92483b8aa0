/**
 * Syncs and commits of a run as system calls, seen from outside: the program under a tracer, and with PostgreSQL every
 * process of the server too. What start and end cost is taken off by playing few runs and then more.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import type { Load } from '../peers/measure.ts'
import type { Work } from './clerk/planned-model.ts'
import type { Contestant } from './contestants.ts'
import type { Place, Places } from './places.ts'

export interface CountedCalls {
  readonly syncs_per_run: number
  /** Transactions that wrote: commit frames of SQLite's log, or transaction ids of PostgreSQL; not known of others. */
  readonly commits_per_run: number | null
}

/** Rounds of as many runs as play at once: taken off, and counted. */
const few = 5
const more = 30

export const canTrace = (): boolean => spawnSync('strace', ['-V']).status === 0

export interface Counted {
  readonly concurrency: number
  /** For Charter alone. */
  readonly work?: Work
}

export async function countCalls(places: Places, contestant: Contestant, counted: Counted): Promise<CountedCalls> {
  const place = await places.fresh(contestant.store)
  const { concurrency, work } = counted
  const rounds = concurrency === 1 ? 2 : 1
  const trace = (times: number) =>
    traced(places, place, contestant, { concurrency, runs: times * rounds * concurrency }, work)
  try {
    await contestant.trace(place, { concurrency: 1, runs: 1 }, [], work)
    const less = await trace(few)
    const all = await trace(more)
    const perRun = (count: (calls: Calls) => number) =>
      (count(all) - count(less)) / ((more - few) * rounds * concurrency)
    const commits = all.commits === 0 ? null : perRun(({ commits }) => commits)
    return { syncs_per_run: perRun(({ syncs }) => syncs), commits_per_run: commits }
  } finally {
    await place.remove()
  }
}

interface Calls {
  readonly syncs: number
  readonly commits: number
}

async function traced(
  places: Places,
  place: Place,
  contestant: Contestant,
  load: Load & { readonly runs: number },
  work: Work | undefined,
): Promise<Calls> {
  const { runs } = load
  const own = path.join(place.folder, `program-${runs}.strace`)
  const play = () => contestant.trace(place, load, ['strace', ...options(own)], work)
  if (contestant.store !== 'postgres') {
    await play()
    return { syncs: syncsIn(own), commits: commitsIn(own) }
  }
  const servers = path.join(place.folder, `server-${runs}.strace`)
  const before = await transactionId(place.place)
  await withServerTraced(places.server.pid(), servers, play)
  const commits = (await transactionId(place.place)) - before - 1
  return { syncs: syncsIn(own) + syncsIn(servers), commits }
}

/** Frames of SQLite's log are written with a header of their own, of which the first eight bytes are wanted. */
const options = (file: string) => ['-f', '-qq', '-y', '-xx', '-s', '8', '-o', file, '-e', `trace=${syncs},pwrite64`]
const syncs = 'fsync,fdatasync,sync_file_range,msync,syncfs'

const linesOf = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [])

export const syncsIn = (file: string): number =>
  linesOf(file).filter((line) => /\b(fsync|fdatasync|sync_file_range|msync|syncfs)\(/.test(line)).length

/** A frame whose header says how large the database is after it ends a transaction. */
const commitFrame = /pwrite64\(\d+<[^>]*ledger\.db-wal>, "(?:\\x[0-9a-f]{2}){4}((?:\\x[0-9a-f]{2}){4})"\.\.\., 24,/

export const commitsIn = (file: string): number =>
  linesOf(file).filter((line) => {
    const [, size] = commitFrame.exec(unescapePath(line)) ?? []
    return size !== undefined && size !== '\\x00\\x00\\x00\\x00'
  }).length

/** With `-xx` the path of a descriptor is written in hexadecimal as well. */
function unescapePath(line: string): string {
  return line.replace(/<((?:\\x[0-9a-f]{2})+)>/, (_, hex: string) => {
    return `<${Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString()}>`
  })
}

async function withServerTraced(postmaster: number, file: string, work: () => Promise<void>): Promise<void> {
  const pids = [postmaster, ...childrenOf(postmaster)]
  const traced = ['-f', '-o', file, '-e', `trace=${syncs}`, ...pids.flatMap((pid) => ['-p', String(pid)])]
  const tracer = spawn('strace', traced, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(tracer, 'close')
  await once(tracer.stderr, 'data')
  tracer.stderr.resume()
  try {
    await work()
  } finally {
    tracer.kill('SIGINT')
    await ended
  }
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

async function transactionId(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query('SELECT pg_current_xact_id()::text AS id')
    return Number(rows[0].id)
  } finally {
    await client.end()
  }
}
