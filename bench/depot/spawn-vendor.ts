import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export type Vendor = Awaited<ReturnType<typeof spawnVendor>>

type Message = { said: 'ready'; port: number } | { said: 'open'; open: number }

/** The vendor in a process of its own, that ends with this one. */
export async function spawnVendor(orders: { file: string; seed: number; slowestMs: number }) {
  const program = path.join(import.meta.dirname, 'vendor-process.ts')
  const child = fork(program, [JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  let open = 0
  let arrived = Promise.withResolvers<void>()
  const listening = new Promise<number>((resolve) => {
    child.on('message', (message: Message) => {
      if (message.said === 'ready') return resolve(message.port)
      const isMore = message.open > open
      open = message.open
      if (!isMore) return
      arrived.resolve()
      arrived = Promise.withResolvers()
    })
  })
  const ended = exited.then((): never => {
    throw new Error('the vendor did not start')
  })
  const port = await Promise.race([listening, ended])
  return {
    url: `http://127.0.0.1:${port}`,
    file: orders.file,
    /** Resolves when the next write arrives, or after so many milliseconds. */
    async arrival(withinMs: number): Promise<void> {
      await Promise.race([arrived.promise, wait(withinMs, undefined, { ref: false })])
    },
    async close() {
      child.disconnect()
      await exited
    },
  }
}
