/** A process in a folder of its own that strace looks over the shoulder of: every call to the network is counted. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'

export interface Alone {
  readonly exit: number
  readonly out: string
  readonly err: string
  readonly networkCalls: number
}

/** What a process must call to reach anybody: a socket made, bound or connected, and anything sent or received by one. */
const reaching = [
  ...['socket', 'connect', 'bind', 'listen', 'accept', 'accept4'],
  ...['sendto', 'sendmsg', 'sendmmsg', 'recvfrom', 'recvmsg', 'recvmmsg'],
]

let runs = 0

/** Without any environment that names a database. `log` is a folder for what strace writes. */
export async function alone(folder: string, log: string, args: readonly string[]): Promise<Alone> {
  runs += 1
  const calls = path.join(log, `network-${runs}`)
  const tracing = ['-f', '-qq', '-e', `trace=${reaching.join(',')}`, '-e', 'signal=none', '-o', calls]
  const child = spawn('strace', [...tracing, process.execPath, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { exit: Number(exit), out, err, networkCalls: networkCallsIn(readFileSync(calls, 'utf8')) }
}

export const networkCallsIn = (log: string): number => log.split('\n').filter((line) => /^\d+ +\w+\(/.test(line)).length
