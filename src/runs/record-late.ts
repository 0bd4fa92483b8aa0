/**
 * A call that was cut short came to an end after all, or its outcome could not be appended when it came: it is recorded
 * under any lease. A late `committed` is the one commit that can make two of what may be done once, because its key may
 * have been let go meanwhile.
 */
import type { JsonObject } from '../json.ts'
import type { Append, Lock } from '../ledger/ledger.ts'
import { type Effect, statusAfter } from './effect.ts'
import { loadRun } from './load-run.ts'
import { isPassing } from './passing.ts'
import type { Run } from './run.ts'
import { movedIn, type Window, windowReads } from './windows.ts'
import type { LateOutcome, World } from './world.ts'

/** A stream that moves on while its late outcome is worked out is read again; so often is no accident. */
const mostReadings = 5
const tryAgainMs = 250

/** Told of what could not be written, each time that it was tried. */
export type OnError = (run: string, error: unknown) => void

/** Told of an outcome, it records it in the background; `signal` ends the trying. */
export const lateRecorder =
  (world: () => World, onError: OnError, signal: AbortSignal) =>
  (late: LateOutcome): void => {
    void recordUntilKept(world(), late, onError, signal)
  }

/** Tries again for as long as the ledger cannot be written; never throws. */
export async function recordUntilKept(
  world: World,
  late: LateOutcome,
  onError: OnError,
  signal: AbortSignal,
): Promise<void> {
  // Once at least: what is known of the world is worth a try, whatever else ends.
  for (;;) {
    try {
      return await recordLate(world, late)
    } catch (error) {
      onError(late.run, error)
      if (!isPassing(error) || signal.aborted) return
      await world.clock.wait(tryAgainMs, signal)
    }
  }
}

async function recordLate(world: World, late: LateOutcome): Promise<void> {
  for (let readings = 0; readings < mostReadings; readings++) if (await tryRecord(world, late)) return
}

/** False when the run has moved on meanwhile. */
async function tryRecord(world: World, late: LateOutcome): Promise<boolean> {
  const { ledger, tenant } = world
  const stream = `run/${late.run}`
  const { run, head } = await loadRun(world, late.run)
  const held = heldBy(run.effects.get(late.effect))
  return ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream }, ...held.map(({ key }): Lock => ({ lock: 'key', key }))],
    reads: {
      head: { read: 'head', stream },
      effect: { read: 'effect', effect: late.effect },
      ...windowReads(held),
    },
    decide: (found): { append: readonly Append[]; answer: boolean } => {
      if (found.head.seq !== head.seq) return { append: [], answer: false }
      const isSettled = found.effect === null || found.effect.status === 'committed'
      const doubled = held.find((window) => movedIn(found, window).count > 0)?.key
      const event = isSettled ? undefined : lateEvent(late, run.effects, doubled)
      return { append: event ? [{ stream, after: 'outcome', events: [event] }] : [], answer: true }
    },
  })
}

function lateEvent(
  { effect, attempt, outcome, retryable }: LateOutcome,
  effects: Run['effects'],
  doubled: string | undefined,
) {
  const common = { v: 1, actor: 'late' }
  if (outcome === 'committed') {
    const body: JsonObject = {
      effect,
      attempt,
      by: 'attempt',
      output: 'unseen',
      ...(doubled !== undefined && { doubled }),
    }
    return { ...common, type: 'effect.committed', body }
  }
  const known = effects.get(effect)
  if (known?.attempts[attempt - 1] === 'not_committed') return undefined
  const status = statusAfter(known, attempt, 'not_committed')
  const body: JsonObject = { effect, attempt, status, by: 'attempt', retryable }
  return { ...common, type: 'effect.not_committed', body }
}

/** The business keys that the effect reserved when it was dispatched; whoever else holds one now has done it too. */
const heldBy = (effect: Effect | undefined): readonly Window[] =>
  (effect?.last.once ?? []).map(({ key, within_ms: withinMs }) => ({ key, withinMs, except: effect?.id }))
