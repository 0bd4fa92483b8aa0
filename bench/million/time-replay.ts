/** Runs drawn from the whole ledger, each moved once more by the engine's own code and held against its events. */

import { defaultPriceBook } from '../../src/models/default-price-book.ts'
import { createEvaluator } from '../../src/policy/evaluate.ts'
import { createProject, type Project } from '../../src/replays/project.ts'
import { readRecording } from '../../src/replays/recording.ts'
import { replayRun } from '../../src/replays/replay.ts'
import { randomOf } from '../tau-retail/random.ts'
import type { Clerk } from './open-clerk.ts'
import { counterAgent, prices } from './open-counter.ts'

export interface Replayed {
  readonly runs: number
  readonly events: number
  readonly decisions: number
  readonly ms: number
  readonly different: readonly string[]
}

const warmUp = 50

export async function timeReplay(
  { house, runs }: Clerk,
  { seed, replayed }: { readonly seed: number; readonly replayed: number },
): Promise<Replayed> {
  const random = randomOf(seed, 'replay')
  const project = projectOf(house.clock.now())
  const drawn = Array.from({ length: replayed + warmUp }, () => runs[random.below(runs.length)] ?? '')
  const counted = { runs: 0, events: 0, decisions: 0, ms: 0, different: [] as string[] }
  for (const [n, run] of drawn.entries()) {
    const began = performance.now()
    const replay = await replayRun(await readRecording(house, run), project)
    if (n < warmUp) continue
    counted.ms += performance.now() - began
    counted.runs += 1
    if (replay.verdict === 'same') {
      counted.events += replay.events
      counted.decisions += replay.decisions
    } else counted.different.push(`${run}: ${JSON.stringify(replay).slice(0, 500)}`)
  }
  return counted
}

/** The tools of today; what they answered is read from the ledger. */
export function projectOf(asOf: number): Project {
  const { tools } = counterAgent({ keys: new Set() })
  return createProject({
    tools,
    prices: defaultPriceBook({ asOf, overrides: prices }),
    evaluator: createEvaluator(),
  })
}
