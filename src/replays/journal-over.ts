/** A journal at the end of the events that a run has so far, in the hand of nobody in particular. */
import type { LedgerEvent } from '../ledger/event.ts'
import { Journal } from '../runs/journal.ts'
import { foldRun } from '../runs/load-run.ts'
import type { World } from '../runs/world.ts'

export function journalOver(world: World, run: string, events: readonly LedgerEvent[], owner: string): Journal {
  const last = events.at(-1)
  const head = { seq: last?.seq ?? 0, hash: last?.hash ?? '' }
  // It is folded anew each time: nothing is kept of it.
  const at = { run: foldRun(run, events), head, snapshotAt: Number.MAX_SAFE_INTEGER }
  return new Journal(world, at, { owner, epoch: 0 })
}
