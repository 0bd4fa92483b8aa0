/** Plays calls as one run of an agent, and answers the questions that it asks. */
import type { Agent, RunResult } from '../../../src/index.ts'
import type { Call } from '../data.ts'
import { isLookUp } from '../run-script.ts'
import type { Lane } from './lane.ts'

export interface Play {
  /** Names the run in this lane. */
  readonly name: string
  readonly agent: Agent
  /** The calls of each turn of the model. */
  readonly turns: readonly (readonly Call[])[]
  /** Answers one question, by its approval; false leaves the run waiting. */
  answer(approval: string): Promise<boolean>
}

/** A run that neither ends nor asks within this time is lost, and the bench with it. */
const patienceMs = 60_000

/** Until the run ends, or waits for an answer that it does not get. */
export async function playRun(lane: Lane, { name, agent, turns, answer }: Play): Promise<RunResult> {
  const asked = turns.map((calls) => ({ calls: calls.map((call) => ({ tool: call.name, input: call.arguments })) }))
  lane.conversations[name] = [...asked, { say: 'That is all I can do.' }]
  const run = await lane.runtime.start(agent, { input: name, key: name })
  for (;;) {
    const result = await run.settled(AbortSignal.timeout(patienceMs))
    if (result.status === 'waiting') {
      let isAnswered = true
      for (const { id } of result.approvals) isAnswered &&= await answer(id)
      if (isAnswered) continue
    } else {
      // Whoever waits is told something later and goes on from here.
      delete lane.conversations[name]
    }
    return result
  }
}

/** One call a turn, as the shop's policy wants it. */
export const oneByOne = (calls: readonly Call[]): readonly (readonly Call[])[] => calls.map((call) => [call])

/**
 * The look-up alone, because what may be read depends on its answer; then the readings together in one turn, where there
 * are any, and the write.
 */
export function readsThen(reads: readonly Call[], write: Call): readonly (readonly Call[])[] {
  const [lookUps, others] = [reads.filter(isLookUp), reads.filter((call) => !isLookUp(call))]
  return [lookUps, others, [write]].filter((calls) => calls.length > 0)
}
