/** Replays the run of a capsule, with the tools of a project where one is at hand. */
import { isPayloadRef, type PayloadRef } from '../ledger/event.ts'
import type { Project } from '../replays/project.ts'
import type { Recording } from '../replays/recording.ts'
import { type Replay, replayRun } from '../replays/replay.ts'
import { releaseStream } from '../runs/release-book.ts'
import { refsIn } from '../traces/read-trace.ts'
import { type Capsule, capsuleHouse, recordingOf } from './capsule-house.ts'
import { isUnnamed } from './naming-table.ts'
import { recordedTools } from './recorded-tools.ts'

export interface CapsuleReplay {
  readonly replay: Replay
  /** `as_recorded`: what schemas and checks of tools said was taken from the record. */
  readonly tools: 'project' | 'as_recorded'
}

/** Throws `payload_erased` where no project is at hand and the release is of a time before it had contracts. */
export async function replayCapsule(capsule: Capsule, project?: Project): Promise<CapsuleReplay> {
  const recording = await recordingOf(capsule)
  if (project) return { replay: await replayAsFarAs(recording, project), tools: 'project' }
  const recorded = await recordedTools(recording)
  if (!recorded) return { replay: await withoutRelease(capsule, recording.started.release.hash), tools: 'as_recorded' }
  const naming = recorded.naming(recording.naming)
  return { replay: await replayAsFarAs({ ...recording, naming }, recorded.project), tools: 'as_recorded' }
}

/** A value without a name is another value, unless what would say so is not in the capsule. */
async function replayAsFarAs(recording: Recording, project: Project): Promise<Replay> {
  const replay = await replayRun(recording, project)
  if (replay.verdict !== 'different' || !isUnnamed(replay.difference.values.replayed)) return replay
  const missing = missingUntil(recording, replay.difference.seq)
  return missing.length === 0 ? replay : { verdict: 'unverifiable', stream: `run/${recording.run}`, missing }
}

const missingUntil = ({ events, content }: Recording, seq: number): readonly PayloadRef[] =>
  events
    .filter((event) => event.seq <= seq)
    .flatMap(({ stream, body }) => refsIn(body).filter(({ n }) => content(stream, n) === undefined))

async function withoutRelease(capsule: Capsule, hash: string): Promise<Replay> {
  const stream = releaseStream(hash)
  const [recorded] = await capsuleHouse(capsule).ledger.read(capsule.header.tenant, stream)
  const ref = recorded?.body.content
  return { verdict: 'unverifiable', stream, missing: isPayloadRef(ref) ? [ref] : [] }
}
