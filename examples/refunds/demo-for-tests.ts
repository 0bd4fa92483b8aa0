/** The demo as a child process, and what it leaves behind. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import type { Log } from './demo/reckoning.ts'
import { openWitness } from './desk/witness.ts'

/** A folder for one test; gone when it ends. */
export function freshHome(t: TestContext): string {
  const home = mkdtempSync(path.join(tmpdir(), 'charter-demo-'))
  t.after(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  return home
}

export interface Demo {
  readonly status: number | null
  readonly out: string
  /** Both streams, for the message of a test that fails. */
  readonly said: string
  /** As the table at the end says them. */
  readonly runs: readonly { ticket: string; status: string; run: string }[]
}

export async function runDemo(home: string, env: Readonly<Record<string, string>> = {}): Promise<Demo> {
  const program = path.join(import.meta.dirname, 'demo.ts')
  const child = spawn(process.execPath, [program], {
    env: { ...withoutCharter(process.env), CHARTER_DEMO_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  const rows = [...out.matchAll(/^ {2}(ZD-\S+) +(\w+) .* (run_\w+)$/gm)]
  const runs = rows.map(([, ticket = '', status = '', run = '']) => ({ ticket, status, run }))
  return { status, out, said: `${out}\n${err}`, runs }
}

/** What stands in the environment of whoever runs the tests is nothing to the demo. */
const withoutCharter = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('CHARTER_')))

/** The desk's own log; nothing before its first day. */
export function deskLog(home: string): Log {
  const file = path.join(home, '.charter', 'desk.sqlite')
  if (!existsSync(file)) return { arrivals: [], commits: [] }
  using witness = openWitness(file)
  return { arrivals: witness.arrivals(), commits: witness.commits() }
}
