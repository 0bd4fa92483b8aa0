/**
 * One piece of work under a deadline and an outer signal. It ends once, with the first of: its own end, the deadline, the
 * signal. What the work does after that is heard by `onLate`, and never as an unhandled rejection.
 */
import type { Clock } from '../clock.ts'

export type Settled<Value> =
  | { readonly settled: 'value'; readonly value: Value }
  | { readonly settled: 'error'; readonly error: unknown }

/** `begun: false`: the work was never called. */
export type Cut = { readonly settled: 'timed_out' | 'aborted'; readonly begun: boolean }

export interface Bounds {
  readonly clock: Clock
  /** Milliseconds from now, counted by the clock's own timer. */
  readonly withinMs: number
  readonly signal?: AbortSignal | undefined
  /** What the work came to after it was cut short. Must not throw. */
  readonly onLate?: ((late: Settled<unknown>) => void) | undefined
}

/** The signal that the work gets aborts when the work is cut short. Never throws and never rejects. */
export async function runWithDeadline<Value>(
  work: (signal: AbortSignal) => Value | Promise<Value>,
  { clock, withinMs, signal, onLate }: Bounds,
): Promise<Settled<Value> | Cut> {
  if (signal?.aborted) return { settled: 'aborted', begun: false }
  if (withinMs <= 0) return { settled: 'timed_out', begun: false }
  const inner = new AbortController()
  const over = new AbortController()
  const settled = settle(work, inner.signal)
  const { promise, resolve } = Promise.withResolvers<Settled<Value> | Cut>()
  const cut = (how: Cut['settled']) => resolve({ settled: how, begun: true })
  const abort = () => cut('aborted')
  signal?.addEventListener('abort', abort)
  void clock.wait(withinMs, over.signal).then(() => cut('timed_out'))
  void settled.then(resolve)
  const first = await promise
  signal?.removeEventListener('abort', abort)
  // With a reason of its own, because the one that it would make is an error with a stack.
  over.abort('over')
  if ('begun' in first) {
    if (onLate !== undefined) void settled.then(onLate).catch(() => undefined)
    inner.abort(new Error(first.settled === 'aborted' ? 'aborted' : `no answer within ${withinMs} ms`))
  }
  return first
}

async function settle<Value>(
  work: (signal: AbortSignal) => Value | Promise<Value>,
  signal: AbortSignal,
): Promise<Settled<Value>> {
  try {
    return { settled: 'value', value: await work(signal) }
  } catch (error) {
    return { settled: 'error', error }
  }
}
