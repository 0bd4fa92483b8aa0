/** What the front of the benches hands to one of them, and what it wants back. */
import type { JsonObject } from '../src/json.ts'

export interface BenchInput {
  /** Given with `--seed`, or drawn: the same seed plays the same cases. */
  readonly seed: number
  /** What stood on the command line besides the name and the seed. */
  readonly options: readonly string[]
  /** For people: goes to stderr. */
  progress(text: string): void
}

export interface BenchReport {
  /** The fields of its row in BENCH.md. */
  readonly line: JsonObject
  /** Each required zero that is not zero, each count that was not reached. */
  readonly failures: readonly string[]
}

/** `bench/NAME/bench.ts` exports one as `run`. */
export type RunBench = (input: BenchInput) => Promise<BenchReport>
