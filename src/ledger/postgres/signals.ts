/**
 * How processes tell each other that something was committed: one connection that listens, and says so itself. A
 * notification inside each transaction would make all commits wait for each other (PostgreSQL orders them under one
 * lock), so it is sent afterwards, one at a time, and a burst of commits becomes one. A lost one is made good by the
 * slow look that everybody who waits does anyway.
 */
import pg from 'pg'
import type { Clock } from '../../clock.ts'
import { clientOptions } from './postgres-connection.ts'

export interface SignalsParts {
  readonly url: string
  readonly clock: Clock
  /** Another process committed, or may have while the connection was gone. */
  heard(): void
}

const channel = 'charter_committed'
const betweenTriesMs = 200

export class Signals {
  #parts: SignalsParts
  #client: pg.Client | undefined
  #telling: Promise<void> | undefined
  #more = false
  #closing = new AbortController()

  constructor(parts: SignalsParts) {
    this.#parts = parts
  }

  /** Throws when the server cannot be reached; later losses are repaired without a word. */
  async open(): Promise<void> {
    const client = new pg.Client(clientOptions(this.#parts.url))
    client.on('error', () => {})
    client.on('end', () => void this.#openAgain(client))
    client.on('notification', ({ processId }) => {
      if (processId !== backendOf(client)) this.#parts.heard()
    })
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    if (this.#closing.signal.aborted) await client.end()
    else this.#client = client
  }

  tell(): void {
    this.#more = true
    this.#telling ??= this.#tellAll()
  }

  async close(): Promise<void> {
    await this.#telling
    this.#closing.abort()
    await this.#client?.end().catch(() => {})
  }

  async #tellAll(): Promise<void> {
    while (this.#more) {
      this.#more = false
      // Not heard is not lost: the others look by themselves, only later.
      await this.#client?.query(`NOTIFY ${channel}`).catch(() => {})
    }
    this.#telling = undefined
  }

  async #openAgain(lost: pg.Client): Promise<void> {
    if (this.#client !== lost) return
    this.#client = undefined
    const { signal } = this.#closing
    for (let opened = false; !opened && !signal.aborted; ) {
      await this.#parts.clock.wait(betweenTriesMs, signal)
      opened = await this.#tryToOpen()
    }
    this.#parts.heard()
  }

  #tryToOpen(): Promise<boolean> {
    const { signal } = this.#closing
    if (signal.aborted) return Promise.resolve(false)
    return this.open().then(
      () => true,
      () => false,
    )
  }
}

const backendOf = (client: pg.Client): number | undefined =>
  'processID' in client && typeof client.processID === 'number' ? client.processID : undefined
