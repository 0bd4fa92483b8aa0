/**
 * Makes what was committed without a sync durable: a small transaction that writes and is synced takes everything that
 * stands before it in the server's log along. Whoever asks while one is under way shares the next.
 */
import type { Clock } from '../../clock.ts'

export interface FlushesParts {
  readonly clock: Clock
  /** Commits something, synced. */
  flush(): Promise<unknown>
}

/** Something that was committed before this was asked may not be on the disk yet. */
export const behind = 'pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn()'

/** A transaction that writes nothing is not synced, so this one leaves a message in the log that nobody reads. */
export const flushStatement = { sql: `SELECT pg_logical_emit_message(true, 'charter', 'durable')`, params: {} }

/** A tail that is looked at without pause syncs no oftener than this, milliseconds. */
const betweenPacedMs = 50

export class Flushes {
  #parts: FlushesParts
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #lastDone = Number.NEGATIVE_INFINITY

  constructor(parts: FlushesParts) {
    this.#parts = parts
  }

  /** Throws what the database says. */
  flush(): Promise<void> {
    if (!this.#running) return this.#run()
    this.#next ??= this.#running.then(
      () => this.#run(),
      () => this.#run(),
    )
    return this.#next
  }

  async paced(): Promise<void> {
    const { clock } = this.#parts
    const left = this.#lastDone + betweenPacedMs - clock.monotonic()
    if (left > 0) await clock.wait(left)
    await this.flush()
  }

  async #run(): Promise<void> {
    this.#next = undefined
    const running = this.#flush()
    this.#running = running
    try {
      await running
    } finally {
      if (this.#running === running) this.#running = undefined
    }
  }

  async #flush(): Promise<void> {
    await this.#parts.flush()
    this.#lastDone = this.#parts.clock.monotonic()
  }
}
