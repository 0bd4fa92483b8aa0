/** A clock that runs as the machine's does, and can be moved ahead: whoever waits until a time that has come is woken. */
import { type Clock, systemClock } from '../src/clock.ts'

export interface SkippingClock extends Clock {
  /** Moves ahead by so many milliseconds, and lets everything that was due by then happen. */
  skip(ms: number): Promise<void>
  /** From now on nobody is woken, as in a process that is paused; until `thaw`. */
  freeze(): void
  thaw(): void
}

export function skippingClock(): SkippingClock {
  let skipped = 0
  let isFrozen = false
  const waiting = new Set<{ due: number; wake: () => void }>()
  const monotonic = () => systemClock.monotonic() + skipped
  const wakeDue = () => {
    if (isFrozen) return
    for (const waiter of [...waiting].sort((a, b) => a.due - b.due)) if (waiter.due <= monotonic()) waiter.wake()
  }
  return {
    now: () => systemClock.now() + skipped,
    monotonic,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const done = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', done)
          waiting.delete(waiter)
          resolve()
        }
        const waiter = { due: monotonic() + ms, wake: done }
        // A timer may be early by less than a millisecond: its own waiter is due all the same.
        const timer = setTimeout(() => (isFrozen ? undefined : done()), ms)
        waiting.add(waiter)
        signal?.addEventListener('abort', done, { once: true })
      }),
    async skip(ms) {
      skipped += ms
      wakeDue()
      await new Promise(setImmediate)
    },
    freeze: () => {
      isFrozen = true
    },
    thaw: () => {
      isFrozen = false
      wakeDue()
    },
  }
}
