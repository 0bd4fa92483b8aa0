import type { Project } from '../../src/replays/project.ts'
import type { Recording } from '../../src/replays/recording.ts'
import { type Replay, replayRun } from '../../src/replays/replay.ts'

export interface CountedReplay {
  readonly replay: Replay
  /** How often policies were asked for it. */
  readonly evaluations: number
}

export async function replayCounted(recording: Recording, project: Project): Promise<CountedReplay> {
  let evaluations = 0
  const evaluate: Project['evaluator']['evaluate'] = (set, request) => {
    evaluations += 1
    return project.evaluator.evaluate(set, request)
  }
  const replay = await replayRun(recording, { ...project, evaluator: { evaluate } })
  return { replay, evaluations }
}
