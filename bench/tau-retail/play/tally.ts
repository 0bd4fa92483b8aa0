/** What one lane counted. Plain JSON, because lanes are processes. */

export interface Tally {
  tasks: number
  finalStateEqual: number
  truthWrites: number
  truthCommitted: number
  /** `task[action]` of each truth that did not reach the shop. */
  readonly truthRefused: string[]
  /** Of those and of the others: where the original tools answered otherwise. */
  readonly truthUnexpected: string[]
  readonly statesDifferent: string[]

  legalVariations: number
  readonly legalOrders: string[]
  readonly legalInTruth: string[]
  readonly legalNotCommitted: string[]

  readonly mutations: Record<string, { tried: number; reachedStore: number }>
  readonly stoppedByLayer: Record<string, number>
  /** Stopped by another layer than the one that the class names. */
  readonly stoppedElsewhere: Record<string, number>
  policyOnly: number
  policyOnlyControlReached: number
  readonly controlMissed: string[]
  /** How answers that must not count were refused, by error code; `accepted` where one was not. */
  readonly wrongAnswers: Record<string, number>
  /** Readings that were refused before a write, where the run was legal so far: then the write was not put to the test. */
  readsRefused: number
  /** Questions that nobody answered rightly: how many of their runs came to an end, and what they did to the shop. */
  questionsLeft: number
  questionsEnded: number
  touchedWhileEnding: number
  /** The state hash of the shop that only looked at touched records, against one made from all of them. */
  hashesChecked: number
  readonly errors: string[]
}

export function emptyTally(): Tally {
  return {
    tasks: 0,
    finalStateEqual: 0,
    truthWrites: 0,
    truthCommitted: 0,
    truthRefused: [],
    truthUnexpected: [],
    statesDifferent: [],
    legalVariations: 0,
    legalOrders: [],
    legalInTruth: [],
    legalNotCommitted: [],
    mutations: {},
    stoppedByLayer: {},
    stoppedElsewhere: {},
    policyOnly: 0,
    policyOnlyControlReached: 0,
    controlMissed: [],
    wrongAnswers: {},
    readsRefused: 0,
    questionsLeft: 0,
    questionsEnded: 0,
    touchedWhileEnding: 0,
    hashesChecked: 0,
    errors: [],
  }
}

export function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

/** Numbers are added, lists are joined, records are merged key by key. */
export function addUp(tallies: readonly Tally[]): Tally {
  return tallies.reduce((sum, tally) => merge(sum, tally), emptyTally())
}

function merge<Value>(one: Value, other: Value): Value
function merge(one: unknown, other: unknown): unknown {
  if (one === undefined) return other
  if (other === undefined) return one
  if (typeof one === 'number' && typeof other === 'number') return one + other
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other]
  if (!isRecord(one) || !isRecord(other)) throw new Error('these counts cannot be added up')
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries(Array.from(names, (name) => [name, merge(one[name], other[name])]))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
