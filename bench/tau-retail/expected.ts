/** What the benchmark's own tools did with each task. Only comparers read this, never what makes or plays a case. */
import { readData } from './data.ts'

export interface ExpectedState {
  readonly id: string
  readonly writes: number
  /** SHA-256 over RFC 8785 text of the whole database, in hex. */
  readonly final_hash_jcs_sha256: string
}

export interface ExpectedObservation {
  readonly name: string
  readonly error?: boolean
  /** Of the text that the tool returned; absent where the benchmark does not call the tool. */
  readonly sha256?: string
  readonly skipped?: boolean
}

export function readExpectedStates(): { readonly base: string; readonly tasks: readonly ExpectedState[] } {
  const { base_hash_jcs_sha256: base, tasks } = JSON.parse(readData('expected.json'))
  return { base, tasks }
}

/** Per task, one for each action. */
export function readExpectedObservations(): ReadonlyMap<string, readonly ExpectedObservation[]> {
  const stored: { id: string; observations: ExpectedObservation[] }[] = JSON.parse(readData('observations.hashes.json'))
  return new Map(stored.map(({ id, observations }) => [id, observations]))
}
