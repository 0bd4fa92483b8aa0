/**
 * Who waits for something to be committed, and how they hear of it: at once from this process, and by looking now and
 * then for what other processes did. A caller is known by its signal: what was committed between two of its calls
 * makes the second return at once, so a loop of "look, then wait" loses nothing.
 */
import type { Clock } from '../clock.ts'

export interface ChangesParts {
  readonly clock: Clock
  readonly everyMs: number
  /** Whether another process committed since the last look; absent where there can be no other process. */
  look?: (() => boolean | Promise<boolean>) | undefined
}

export class Changes {
  #parts: ChangesParts
  #generation = 0
  #seen = new WeakMap<AbortSignal, number>()
  #waiting = new Set<() => void>()
  #looking = false
  #closed = false

  constructor(parts: ChangesParts) {
    this.#parts = parts
  }

  /** Something was committed. */
  announce(): void {
    this.#generation += 1
    this.#wakeAll()
  }

  async changed(signal: AbortSignal): Promise<void> {
    const seen = this.#seen.get(signal) ?? this.#generation
    while (this.#generation === seen && !signal.aborted && !this.#closed) await this.#next(signal)
    this.#seen.set(signal, this.#generation)
  }

  close(): void {
    this.#closed = true
    this.#wakeAll()
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.add(wake)
      if (!this.#looking && this.#parts.look) void this.#lookWhileWaitedFor(this.#parts.look)
    })
  }

  async #lookWhileWaitedFor(look: () => boolean | Promise<boolean>): Promise<void> {
    this.#looking = true
    while (this.#waiting.size > 0 && !this.#closed) {
      if (await look()) this.announce()
      await this.#parts.clock.wait(this.#parts.everyMs)
    }
    this.#looking = false
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
