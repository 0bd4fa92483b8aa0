/**
 * A transaction in another thread, on a connection of its own, that stops in the middle: all its locks held, all its
 * reads done, nothing decided. So a test can make two transactions meet at that very point.
 */
import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Deed } from './deeds.ts'

export interface HeldTransaction {
  /** Lets it decide, and says how it ended. */
  release(): Promise<Ending>
}

export type Ending =
  | { readonly ended: 'committed'; readonly answer: unknown }
  | { readonly ended: 'failed'; readonly code: string }

export interface WorkerInput {
  readonly opener: string
  readonly place: string
  readonly deed: Deed
  readonly gate: SharedArrayBuffer
}

/** What stands in the gate: whether the transaction has come to its point, and whether it may go on. */
export const gate = { closed: 0, reached: 1, open: 2 }

const thread = new URL(`./held-transaction.worker${path.extname(import.meta.url)}`, import.meta.url)

/** Resolves once the transaction stands at its point. */
export async function hold(opener: URL, place: string, deed: Deed): Promise<HeldTransaction> {
  const shared = new SharedArrayBuffer(4)
  const state = new Int32Array(shared)
  const workerData: WorkerInput = { opener: opener.href, place, deed, gate: shared }
  const worker = new Worker(thread, { workerData })
  const ended = once(worker, 'message').then(([message]) => endingIn(message))
  const reached = Atomics.waitAsync(state, 0, gate.closed).value
  const failed = await Promise.race([Promise.resolve(reached).then(() => undefined), ended])
  if (failed) throw new Error(`the held transaction ended before its point: ${JSON.stringify(failed)}`)
  return {
    async release() {
      Atomics.store(state, 0, gate.open)
      Atomics.notify(state, 0)
      return ended
    },
  }
}

function endingIn(message: unknown): Ending {
  if (typeof message === 'object' && message !== null && 'code' in message) {
    return { ended: 'failed', code: String(message.code) }
  }
  const answer = typeof message === 'object' && message !== null && 'answer' in message ? message.answer : undefined
  return { ended: 'committed', answer }
}
