/** Holds what became of a task against what the benchmark's own tools did with it. */
import { readExpectedObservations, readExpectedStates } from './expected.ts'

export interface TruthComparer {
  isFinalState(task: string, hash: string): boolean
  /** Those of the actions, by their places, that the benchmark's tools answered the other way. */
  unexpected(task: string, refused: readonly string[], committed: readonly string[]): readonly string[]
}

export function truthComparer(): TruthComparer {
  const states = new Map(readExpectedStates().tasks.map((task) => [task.id, task.final_hash_jcs_sha256]))
  const observations = readExpectedObservations()
  return {
    isFinalState: (task, hash) => states.get(task) === hash,
    unexpected(task, refused, committed) {
      const isRefused = (action: string) => observations.get(task)?.[Number(action)]?.error === true
      return [...refused.filter((action) => !isRefused(action)), ...committed.filter(isRefused)]
    },
  }
}
