/** Flips one decision of each sample in turn and replays it: the replay must name that very event. */
import type { Project } from '../../src/replays/project.ts'
import { replayRun } from '../../src/replays/replay.ts'
import { recordingIn } from '../../test/recorded/kept-run.ts'
import type { Sample } from './corpus.ts'
import { flip, isInOrder } from './flip.ts'

export interface Flips {
  readonly flipped: number
  readonly found: number
  readonly missed: readonly string[]
}

export async function tryFlips(
  samples: readonly Sample[],
  projectOf: (sample: Sample) => Project,
  most: number,
): Promise<Flips> {
  let flipped = 0
  const missed: string[] = []
  for (const [index, sample] of samples.entries()) {
    const change = flip(sample.kept, index)
    if (!change || flipped === most) continue
    flipped += 1
    const fault = await faultOf(change, projectOf(sample))
    if (fault) missed.push(fault)
  }
  return { flipped, found: flipped - missed.length, missed }
}

async function faultOf({ kept, seq }: NonNullable<ReturnType<typeof flip>>, project: Project) {
  const { run } = kept.recorded
  // By its hashes alone nobody would see it, or the test would be too easy.
  if (!isInOrder(kept)) return `${run}: its hashes give event ${seq} away`
  const replay = await replayRun(recordingIn(kept), project)
  if (replay.verdict !== 'different') return `${run}: event ${seq} comes out the ${replay.verdict}`
  const { difference } = replay
  const isThere = difference.stream === `run/${run}` && difference.seq === seq
  return isThere ? undefined : `${run}: event ${difference.seq} of ${difference.stream} is named, and not ${seq}`
}
