/** Runs that a suite has replayed, kept for whoever replays them again: where `CHARTER_KEEP_REPLAYED` names a folder. */
import { appendFileSync } from 'node:fs'
import path from 'node:path'
import type { KeptRun } from './kept-run.ts'
import type { CountedReplay } from './replay-counted.ts'

/** A line of a file in that folder. */
export interface Replayed extends CountedReplay {
  /** The program that played it. */
  readonly from: string
  readonly kept: KeptRun
}

export function keepReplayed(kept: KeptRun, counted: CountedReplay): void {
  const folder = process.env.CHARTER_KEEP_REPLAYED
  if (folder) appendFileSync(path.join(folder, `${process.pid}.jsonl`), lineOf(process.argv[1] ?? '', kept, counted))
}

export function lineOf(from: string, kept: KeptRun, counted: CountedReplay): string {
  const line: Replayed = { from, kept, ...counted }
  return `${JSON.stringify(line)}\n`
}
