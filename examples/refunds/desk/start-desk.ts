/** The desk as a service: a file, a socket, the faults set on it. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Counter, exchange, send } from './exchange.ts'
import { createFaults, type FaultRule } from './faults.ts'
import { type DeskData, readData, shopFolder } from './seed.ts'
import { openStore } from './store.ts'
import { readArrivals, readCommits } from './witness.ts'

export interface DeskOptions {
  /** The SQLite file; made and filled when it is not there. */
  file: string
  /** 0, the default, takes a free one. */
  port?: number
  /** What an empty desk is filled with, or the folder it is read from; else the shop of `../data`. */
  data?: DeskData | string
  /** False: keys are noted and looked up, but each request is written anew. Default true. */
  honourKeys?: boolean
  /** How long a key is honoured, in milliseconds; default 24 hours. */
  keyWindowMs?: number
  /** Milliseconds since 1970. */
  now?: () => number
}

export type Desk = Awaited<ReturnType<typeof startDesk>>

const day = 86_400_000

export async function startDesk({ file, port = 0, data = shopFolder, honourKeys = true, ...options }: DeskOptions) {
  const { keyWindowMs = day, now = Date.now } = options
  const store = openStore(file, () => (typeof data === 'string' ? readData(data) : data), now)
  const closing = new AbortController()
  const counter: Counter = {
    store,
    faults: createFaults(),
    keyWindowMs: honourKeys ? keyWindowMs : 0,
    wait: (ms) => pause(ms, undefined, { signal: closing.signal }),
  }
  const { url, stop } = await listen(counter, port)
  async function close(): Promise<void> {
    if (closing.signal.aborted) return
    closing.abort()
    await stop()
    store.database.close()
  }
  return {
    url,
    file,
    /** Those after the `n`th; until the desk is closed (`openWitness` reads its file any time). */
    arrivals: (after?: number) => readArrivals(store.database, after),
    commits: (after?: number) => readCommits(store.database, after),
    setFault: (rule: FaultRule) => counter.faults.set(rule),
    faults: () => counter.faults.list(),
    clearFaults: () => counter.faults.clear(),
    /** Tears every connection, and leaves what has not begun undone. */
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function listen(counter: Counter, port: number) {
  const exchanges = new Set<Promise<void>>()
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const settled = exchange(counter, request, response).catch((error) => giveUp(response, error))
    exchanges.add(settled)
    void settled.then(() => exchanges.delete(settled))
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const stop = async () => {
    server.close()
    server.closeAllConnections()
    await Promise.all(exchanges)
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop }
}

/** The desk is closing, or it broke. */
function giveUp(response: ServerResponse<IncomingMessage>, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  if (!response.headersSent) send(response, { status: 500, body: { code: 'desk_failed', message } })
}
