import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** Runs `main.ts` in a process of its own, that dies with this one. `flags` as in `main.ts`, for example `--ignore-keys`. */
export async function spawnDesk(file: string, flags: readonly string[] = []) {
  const main = path.join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, '--file', file, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  if (!child.stdout) throw new Error('the desk has no stdout')
  const exited = once(child, 'exit')
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    await exited
  }
  const url = await firstLine(child.stdout, exited)
  return {
    url,
    file,
    pid: child.pid,
    /** As the machine would: at once, nothing is tidied up. */
    kill: () => end('SIGKILL'),
    close: () => end('SIGTERM'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
}

async function firstLine(output: NodeJS.ReadableStream, exited: Promise<unknown>): Promise<string> {
  const lines = createInterface(output)
  const line = await Promise.race([once(lines, 'line'), exited.then(() => null)])
  lines.close()
  if (line === null) throw new Error('the desk did not start')
  return JSON.parse(line[0]).url
}
