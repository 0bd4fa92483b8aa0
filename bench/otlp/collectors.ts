/** One collector after the other at one address, each with a file of its own; all but the last are killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { otelcolConfig } from './otelcol.ts'

export interface Collectors {
  readonly url: string
  readonly files: readonly string[]
  /** How many began after one was killed. */
  restarts(): number
  start(): Promise<void>
  /** At once, with all that it has acknowledged and not written. */
  kill(): Promise<void>
  /** In good order: it writes what it holds. */
  stop(): Promise<void>
}

/** `program`: of the real collector; without it our own decoder, which holds for so long what it has acknowledged. */
export async function collectorsIn(folder: string, program: string | undefined, holdsMs = 1_000): Promise<Collectors> {
  const port = await freePort()
  const files: string[] = []
  let current: ChildProcess | undefined

  const end = async (signal: NodeJS.Signals) => {
    const ending = current
    current = undefined
    if (!ending || ending.exitCode !== null) return
    const exited = once(ending, 'exit')
    ending.kill(signal)
    await exited
  }
  return {
    url: `http://127.0.0.1:${port}`,
    files,
    restarts: () => Math.max(0, files.length - 1),
    async start() {
      const file = path.join(folder, `spans-${files.length + 1}.jsonl`)
      const config = path.join(folder, 'collector.yaml')
      writeFileSync(config, otelcolConfig(port, file))
      const decoder = [path.join(import.meta.dirname, 'decoder-process.ts'), String(port), file, String(holdsMs)]
      current = spawn(program ?? process.execPath, program ? ['--config', config] : decoder, {
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      files.push(file)
      await untilThere(port)
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilThere(port: number): Promise<void> {
  for (let looks = 0; looks < 400; looks++) {
    const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await wait(25)
  }
  throw new Error('the collector did not start')
}
