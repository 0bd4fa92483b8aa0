/** Replays the run of a capsule, with the tools of a project where one is at hand. */
import type { Project } from '../replays/project.ts'
import { type Replay, replayRun } from '../replays/replay.ts'
import { type Capsule, recordingOf } from './capsule-house.ts'
import { withoutTools } from './recorded-tools.ts'

export interface CapsuleReplay {
  readonly replay: Replay
  /** `as_recorded`: what schemas and checks of tools said was taken from the record. */
  readonly tools: 'project' | 'as_recorded'
}

/** Throws `payload_erased` where neither a project nor the contracts of the tools are at hand. */
export async function replayCapsule(capsule: Capsule, project?: Project): Promise<CapsuleReplay> {
  const recording = await recordingOf(capsule)
  if (project) return { replay: await replayRun(recording, project), tools: 'project' }
  const without = await withoutTools(recording)
  return { replay: await replayRun(without.recording, without.project), tools: 'as_recorded' }
}
