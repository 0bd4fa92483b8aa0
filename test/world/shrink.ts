/** Makes a failing plan smaller: leaves out faults, deeds, runs and turns for as long as it fails by the same rule. */
import type { Kit } from './kit.ts'
import type { Plan } from './plan.ts'
import { play } from './play.ts'
import type { Rule } from './witness.ts'

/** Plays at most so many plans. */
export async function shrink(plan: Plan, rule: Rule, kit: Kit, most = 200): Promise<Plan> {
  let smallest = plan
  let played = 0
  for (let isSmaller = true; isSmaller && played < most; ) {
    isSmaller = false
    for (const candidate of smaller(smallest)) {
      if (played++ >= most) break
      if ((await play(candidate, kit)).violation?.rule !== rule) continue
      smallest = candidate
      isSmaller = true
      break
    }
  }
  return smallest
}

/** Every plan with one thing less. */
function* smaller(plan: Plan): Generator<Plan> {
  for (const runs of without(plan.runs)) if (runs.length > 0) yield { ...plan, runs }
  for (const deeds of without(plan.deeds)) yield { ...plan, deeds }
  for (const faults of without(plan.faults)) yield { ...plan, faults }
  for (const [index, fault] of plan.faults.entries())
    if ('again' in fault && fault.again !== undefined)
      yield { ...plan, faults: plan.faults.with(index, { ...fault, again: undefined }) }
  for (const [index, run] of plan.runs.entries())
    for (const turns of without(run.turns)) yield { ...plan, runs: plan.runs.with(index, { ...run, turns }) }
}

const without = <Thing>(things: readonly Thing[]): readonly (readonly Thing[])[] =>
  things.map((_, index) => things.toSpliced(index, 1))
