/**
 * What rides on the next sync rides for a second at most: when no commit that syncs has come by then, one is made. So
 * that nobody waits for it in vain, one that fails is tried again.
 */
import type { Clock } from '../clock.ts'

export interface SyncSoonParts {
  readonly clock: Clock
  /** Commits something that is synced, and everything that was committed before it with it. */
  sync(): Promise<void>
}

/** Less than the second that was promised: the sync itself takes time. */
const ridesForMs = 700

export class SyncSoon {
  #parts: SyncSoonParts
  #rides = 0
  #synced = 0
  /** When the oldest of those that still ride began, by the monotonic clock. */
  #since = 0
  #closing = new AbortController()
  #working: Promise<void> | undefined

  constructor(parts: SyncSoonParts) {
    this.#parts = parts
  }

  /** How many have ridden so far: told again to `synced` by whoever began a sync at this moment. */
  get rides(): number {
    return this.#rides
  }

  get isDue(): boolean {
    return this.#rides > this.#synced
  }

  rode(): void {
    if (!this.isDue) this.#since = this.#parts.clock.monotonic()
    this.#rides += 1
    this.#working ??= this.#work()
  }

  /** A sync that began when so many had ridden is done. */
  synced(rides: number): void {
    this.#synced = Math.max(this.#synced, rides)
  }

  /** Syncs what still rides. Throws what the sync throws. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#working
    if (this.isDue) await this.#sync()
  }

  async #work(): Promise<void> {
    const { clock } = this.#parts
    const { signal } = this.#closing
    while (this.isDue && !signal.aborted) {
      const left = this.#since + ridesForMs - clock.monotonic()
      if (left > 0) await clock.wait(left, signal)
      else await this.#sync().catch(() => clock.wait(ridesForMs, signal))
    }
    this.#working = undefined
  }

  async #sync(): Promise<void> {
    const rides = this.#rides
    await this.#parts.sync()
    this.synced(rides)
  }
}
