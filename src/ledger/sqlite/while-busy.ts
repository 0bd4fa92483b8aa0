/**
 * Another process holds the file. SQLite's own handler would block this process's every run while it sleeps, and
 * sleeps far too long; so the engine tries again itself, giving everybody else their turn in between.
 */
import type { Clock } from '../../clock.ts'
import { CharterError } from '../../errors.ts'
import { isBusy } from './sqlite-errors.ts'

/** A turn of the event loop: what is ready in this tick runs first. */
export const turnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

export interface Patience {
  readonly clock: Clock
  readonly file: string
  /** Milliseconds until `ledger_unavailable`. */
  readonly limitMs: number
  /** Gives everybody else a turn; a simulation hands in its own. */
  readonly nextTick?: (() => Promise<void>) | undefined
  /** Who might be holding the file, for the message. */
  holder?(): string | undefined
}

const betweenTriesMs = 0.2
const mostTicks = 100
const soonMs = 50

export async function whileBusy<Answer>(patience: Patience, attempt: () => Answer): Promise<Answer> {
  const { clock, limitMs } = patience
  const begun = clock.monotonic()
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      const waited = clock.monotonic() - begun
      if (waited > limitMs) throw gaveUp(patience, error)
      await pause(patience, waited)
    }
  }
}

/** Turns of the loop at first, since most holders are gone within a sync; then the shortest timer there is. */
async function pause({ clock, nextTick = turnOfLoop }: Patience, waited: number): Promise<void> {
  if (waited > soonMs) return clock.wait(1)
  const until = clock.monotonic() + betweenTriesMs
  for (let tick = 0; tick < mostTicks && clock.monotonic() < until; tick++) await nextTick()
}

function gaveUp({ file, limitMs, holder }: Patience, cause: unknown): CharterError {
  const who = holder?.()
  return new CharterError(
    'ledger_unavailable',
    `the ledger \`${file}\` stayed locked for ${limitMs} ms${who === undefined ? '' : `, perhaps by ${who}`}`,
    { hint: 'see what that process is doing; nothing of this transaction was kept', cause },
  )
}
