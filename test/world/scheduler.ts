/**
 * The one place in a simulated world where anything is begun: timers, ticks, packets and people are tasks of this queue,
 * each belongs to a life, and time is that of the task that runs. A task runs when everything that the one before it set
 * off (promises, and nothing else) has come to rest.
 */
import type { Random } from './random.ts'

/** Whose task it is: what is dead never runs again, and what is frozen runs later. */
export interface Life {
  readonly name: string
  readonly isDead: boolean
  /** Nothing of it runs before this time. */
  readonly frozenUntil: number
}

export interface Task {
  cancel(): void
}

interface Queued {
  at: number
  readonly order: number
  readonly life: Life
  readonly run: () => void
  isCancelled: boolean
}

/** So much later, at random, does anything run than it was due: who is first of two is drawn anew each time. */
const jitterMs = 0.02

export class Scheduler {
  /** Milliseconds since 1970. */
  now: number
  steps = 0
  #random: Random
  #queue: Queued[] = []
  #order = 0

  constructor(random: Random, start: number) {
    this.#random = random
    this.now = start
  }

  after(ms: number, life: Life, run: () => void): Task {
    const at = this.now + Math.max(0, ms) + this.#random.next() * jitterMs
    const queued: Queued = { at, order: this.#order++, life, run, isCancelled: false }
    this.#push(queued)
    return {
      cancel: () => {
        queued.isCancelled = true
      },
    }
  }

  /** Runs the next task and all that follows from it at once. False when there is none, or none before that time. */
  async step(before = Number.POSITIVE_INFINITY): Promise<boolean> {
    const next = this.#next(before)
    if (!next) return false
    this.now = Math.max(this.now, next.at)
    this.steps += 1
    next.run()
    await settled()
    return true
  }

  #next(before: number): Queued | undefined {
    for (;;) {
      const first = this.#queue[0]
      if (!first || first.at > before) return undefined
      this.#pop()
      if (first.isCancelled || first.life.isDead) continue
      if (first.at >= first.life.frozenUntil) return first
      first.at = first.life.frozenUntil + this.#random.next() * jitterMs
      this.#push(first)
    }
  }

  #push(queued: Queued): void {
    const queue = this.#queue
    let place = queue.push(queued) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!isBefore(queued, queue[above])) break
      queue[place] = queue[above] ?? queued
      place = above
    }
    queue[place] = queued
  }

  #pop(): void {
    const queue = this.#queue
    const last = queue.pop()
    if (!last || queue.length === 0) return
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const below = isBefore(queue[left + 1], queue[left]) ? left + 1 : left
      const child = queue[below]
      if (!child || !isBefore(child, last)) break
      queue[place] = child
      place = below
    }
    queue[place] = last
  }
}

function isBefore(one: Queued | undefined, other: Queued | undefined): boolean {
  if (!one || !other) return one !== undefined
  return one.at === other.at ? one.order < other.order : one.at < other.at
}

/** Everything that waits for a promise has run: the product has no other way of going on than a promise or a task. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
