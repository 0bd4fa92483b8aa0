/**
 * A process of a simulated world: it reaches the world through its ports alone, every call of one is counted, and between
 * any two of them it may die. What is dead gets no answer any more: its promises never resolve, its files refuse it.
 */
import type { Clock } from '../../src/clock.ts'
import type { Randomness } from '../../src/ids.ts'
import type { Random } from './random.ts'
import type { Life, Scheduler } from './scheduler.ts'
import type { Trace } from './trace.ts'

/** Thrown into code that has died already: nobody hears what it makes of that. */
export class ProcessGone extends Error {
  override readonly name = 'ProcessGone'
}

export interface ProcessParts {
  readonly name: string
  readonly scheduler: Scheduler
  readonly random: Random
  readonly trace: Trace
  /** Called once, at the moment of death. */
  readonly onDeath: () => void
  /** How much longer than usual the next turn of the loop takes, milliseconds. */
  readonly onTick?: () => number
}

const turnMs = 0.1
const slowTurnMs = 5

export class Process implements Life {
  readonly name: string
  isDead = false
  frozenUntil = 0
  calls = 0
  readonly clock: Clock
  readonly randomness: Randomness
  #parts: ProcessParts
  #due: { readonly at: number; readonly what: () => void }[] = []

  constructor(parts: ProcessParts) {
    this.#parts = parts
    this.name = parts.name
    const { scheduler, random } = parts
    this.clock = {
      now: () => Math.floor(scheduler.now),
      monotonic: () => scheduler.now,
      wait: (ms, signal) => this.#wait(ms, signal),
    }
    this.randomness = { bytes: (length) => random.bytes(length) }
  }

  /** A turn of the event loop. */
  readonly nextTick = (): Promise<void> => {
    const { random, onTick } = this.#parts
    const usual = random.chance(0.2) ? slowTurnMs : turnMs
    return this.#wait((onTick?.() ?? 0) + random.next() * usual, undefined)
  }

  /** One call of a port; false when the process is dead, perhaps since this very call. */
  enters(port: string): boolean {
    if (this.isDead) return false
    this.calls += 1
    this.#parts.trace.note(`${this.#parts.scheduler.now.toFixed(3)} ${this.name} ${port}`)
    if (this.#due.length > 0) this.#befall()
    return !this.isDead
  }

  /** The same for a port that answers at once. */
  enter(port: string): void {
    if (!this.enters(port)) throw new ProcessGone(`${this.name} is gone`)
  }

  /** Calls this so many port calls from now, if the process lives that long. */
  afterCalls(calls: number, what: () => void): void {
    this.#due.push({ at: this.calls + Math.max(1, calls), what })
  }

  die(): void {
    if (this.isDead) return
    this.isDead = true
    this.#parts.onDeath()
  }

  #befall(): void {
    const now = this.#due.filter(({ at }) => at <= this.calls)
    this.#due = this.#due.filter(({ at }) => at > this.calls)
    for (const { what } of now) what()
  }

  #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      if (!this.enters('wait')) return
      if (signal?.aborted) return resolve()
      const done = () => {
        if (this.isDead) return
        task.cancel()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const task = this.#parts.scheduler.after(ms, this, done)
      signal?.addEventListener('abort', done, { once: true })
    })
  }
}
