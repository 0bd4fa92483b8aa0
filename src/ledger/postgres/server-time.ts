/**
 * What the server's clock shows, without asking it: what it last showed, and what has gone by since. A little behind at
 * most, by what its last answer took; never ahead unless somebody sets a clock.
 */
import type { Clock } from '../../clock.ts'

/** So far apart a clock was set, milliseconds. */
const setMs = 1000

export class ServerTime {
  #clock: Clock
  #ahead: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds since 1970, as the server has just shown them. */
  heard(now: number): void {
    const ahead = now - this.#clock.monotonic()
    const known = this.#ahead
    // The quickest answer was the truest.
    this.#ahead = known === undefined || Math.abs(ahead - known) > setMs ? ahead : Math.max(ahead, known)
  }

  /** Nothing before the server was heard. */
  now(): number | undefined {
    return this.#ahead === undefined ? undefined : Math.floor(this.#ahead + this.#clock.monotonic())
  }
}
