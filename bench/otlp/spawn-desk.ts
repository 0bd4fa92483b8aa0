import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** One request that reached the desk. */
export interface DeskEntry {
  readonly path: string
  /** Empty for a read. */
  readonly key: string
  readonly attempt: number
  readonly traceparent: string
}

/** It ends with this process. */
export async function spawnDesk(orders: { file: string; seed: number }) {
  const child = fork(path.join(import.meta.dirname, 'desk-process.ts'), [JSON.stringify(orders)])
  const exited = once(child, 'exit')
  const [port] = await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    entries: (): readonly DeskEntry[] =>
      readFileSync(orders.file, 'utf8')
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as DeskEntry])),
    async [Symbol.asyncDispose]() {
      child.disconnect()
      await exited
    },
  }
}
