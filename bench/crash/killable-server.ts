/** A PostgreSQL server of the bench's own, of which every process is killed at once: nobody shuts anything down. */
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { startPostgresServer } from '../../test/postgres-server.ts'

const goneWithinMs = 10_000

export interface KillableServer {
  /** Of a fresh database. */
  readonly url: string
  /** SIGKILL for the server's first process and all its children; resolves when none is left. */
  kill(): Promise<void>
  start(): void
  remove(): void
}

export async function startKillableServer(): Promise<KillableServer> {
  const server = await startPostgresServer()
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query('CREATE DATABASE crash')
  await client.end()
  const url = new URL(server.url)
  url.pathname = '/crash'
  return {
    url: url.href,
    async kill() {
      const first = server.pid()
      const data = readlinkSync(`/proc/${first}/cwd`)
      const all = [first, ...childrenOf(first)]
      for (const pid of all) killNow(pid)
      const limit = Date.now() + goneWithinMs
      while (all.some(isAlive)) {
        if (Date.now() > limit) throw new Error('PostgreSQL outlived its end')
        await wait(5)
      }
      // A dead process that nobody has collected yet is alive to PostgreSQL, which then would not start.
      rmSync(path.join(data, 'postmaster.pid'), { force: true })
    },
    start: server.start,
    remove: server.remove,
  }
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => statOf(pid)?.parent === parent)
}

/** A dead process that nobody has collected yet is dead. */
const isAlive = (pid: number): boolean => !['Z', 'X', undefined].includes(statOf(pid)?.state)

/** `4711 (a name, with spaces) S 1 …` */
function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return undefined
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It was gone already.
  }
}
