/**
 * Who waits for something to be committed, and how they hear of it: at once from this process, and by looking now and
 * then for what other processes did. A caller is known by its signal: what was committed between two of its calls
 * makes the second return at once, so a loop of "look, then wait" loses nothing.
 */
import type { Clock } from '../clock.ts'
import type { Cares, Committed } from './ledger.ts'

export interface ChangesParts {
  readonly clock: Clock
  readonly everyMs: number
  /** Whether another process committed since the last look; absent where there can be no other process. */
  look?: (() => boolean | Promise<boolean>) | undefined
}

/** What one commit appended; nothing where another process did it, and may have appended anything. */
type Announcement = readonly Committed[] | undefined

/** So many are remembered for callers that are between two of their calls; who comes later is told to look. */
const mostRemembered = 64

const concerns = (announced: Announcement, cares: Cares): boolean => announced === undefined || announced.some(cares)

export class Changes {
  #parts: ChangesParts
  #generation = 0
  #remembered: Announcement[] = []
  #seen = new WeakMap<AbortSignal, number>()
  #waiting = new Set<{ readonly cares: Cares; wake(): void }>()
  #looking = false
  #closed = false

  constructor(parts: ChangesParts) {
    this.#parts = parts
  }

  /** This process committed these events; without any, another one did, or a caller should look for another reason. */
  announce(committed?: readonly Committed[]): void {
    this.#generation += 1
    this.#remembered.push(committed)
    if (this.#remembered.length > mostRemembered) this.#remembered.shift()
    for (const waiter of [...this.#waiting]) if (concerns(committed, waiter.cares)) waiter.wake()
  }

  async changed(signal: AbortSignal, cares: Cares = () => true): Promise<void> {
    const seen = this.#seen.get(signal) ?? this.#generation
    if (!this.#hasMissed(seen, cares) && !signal.aborted && !this.#closed) await this.#next(signal, cares)
    this.#seen.set(signal, this.#generation)
  }

  close(): void {
    this.#closed = true
    for (const { wake } of [...this.#waiting]) wake()
  }

  #hasMissed(seen: number, cares: Cares): boolean {
    const missed = this.#generation - seen
    if (missed > this.#remembered.length) return true
    return missed > 0 && this.#remembered.slice(-missed).some((announced) => concerns(announced, cares))
  }

  #next(signal: AbortSignal, cares: Cares): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(waiter)
        resolve()
      }
      const waiter = { cares, wake }
      signal.addEventListener('abort', wake, { once: true })
      this.#waiting.add(waiter)
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
}
