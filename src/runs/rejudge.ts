/** Asks the judge again from what was kept with a decision, and from nothing else: replay's question. */
import type { CompiledCharter } from '../charter/compile.ts'
import type { Evaluator } from '../policy/evaluate.ts'
import type { Tool } from '../tools/tool.ts'
import { type Decision, judge } from './judge.ts'
import type { DecisionBasis } from './judge-action.ts'

/** What stands in the run's own events: who, which tool, and the two pages by their hashes. */
export interface DecisionPlace {
  readonly agent: string
  readonly environment: string
  readonly requester: string
  readonly tool: Tool
  readonly dryRun: boolean
  readonly pinned: CompiledCharter
  readonly inForce: CompiledCharter
}

export function rejudge(evaluator: Evaluator, place: DecisionPlace, basis: DecisionBasis): Decision {
  const { gathered, live, refused_before: refusedBefore } = basis
  return judge(evaluator, { ...place, gathered, refusedBefore: refusedBefore ?? undefined }, live)
}
