/**
 * Runs at rest as this engine last knew them, so that a run that is woken is not read from the ledger again. Each is a
 * guess: whoever takes one up looks whether its head still stands in the ledger, and folds what came after it.
 */
import type { RunAt } from './snapshot.ts'

export interface KeptRuns {
  /** The caller may change it: it is not kept any longer. */
  take(run: string): RunAt | undefined
  keep(at: RunAt): void
  drop(run: string): void
}

/** Room for so much, where a run takes as much as was said in it; a hundred megabytes or so at the very most. */
const mostWeight = 100_000
const leastWeight = 50

export function createKeptRuns(most = mostWeight): KeptRuns {
  const kept = new Map<string, RunAt>()
  let weight = 0
  const drop = (id: string): RunAt | undefined => {
    const known = kept.get(id)
    if (!known) return undefined
    kept.delete(id)
    weight -= weightOf(known)
    return known
  }
  return {
    take: drop,
    drop: (id) => void drop(id),
    keep(at) {
      drop(at.run.id)
      kept.set(at.run.id, at)
      weight += weightOf(at)
      // Those kept longest ago make room.
      for (const id of kept.keys()) {
        if (weight <= most) break
        drop(id)
      }
    },
  }
}

const weightOf = ({ run }: RunAt): number => leastWeight + run.said.length
