/** One process of the bench: replays samples with the source that stands around it, until one comes out otherwise. */
import type { Project } from '../../src/replays/project.ts'
import type { Recording } from '../../src/replays/recording.ts'
import { replayRun } from '../../src/replays/replay.ts'
import { recordingIn } from '../../test/recorded/kept-run.ts'
import { linesOf, type Sample } from './corpus.ts'
import { openProject, type ProjectName } from './projects.ts'

export interface Sought {
  readonly samples: number
  readonly found?: FoundDifference
}

export interface FoundDifference {
  readonly run: string
  readonly stream: string
  readonly seq: number
  readonly part: string
  /** Nothing before it comes out otherwise: the record up to it, replayed alone, is the same. */
  readonly isFirst: boolean
}

const [file = ''] = process.argv.slice(2)
const projects = new Map<ProjectName, Project>()
process.stdout.write(`${JSON.stringify(await seek(file))}\n`)

async function seek(file: string): Promise<Sought> {
  let samples = 0
  for await (const line of linesOf(file)) {
    const { project, kept }: Sample = JSON.parse(line)
    const found = await differenceIn(recordingIn(kept), projectNamed(project))
    samples += 1
    if (found) return { samples, found }
  }
  return { samples }
}

async function differenceIn(recording: Recording, project: Project): Promise<FoundDifference | undefined> {
  const replay = await replayRun(recording, project)
  if (replay.verdict !== 'different') return undefined
  const { stream, seq, part } = replay.difference
  const before = cut(recording, stream, seq)
  const alone = before.events.length > 0 ? await replayRun(before, project) : undefined
  // What rests there may go on today: that is the very event.
  const isFirst = alone?.verdict !== 'different' || alone.difference.seq >= seq
  return { run: recording.run, stream, seq, part, isFirst }
}

/** The record up to an event: of another stream, to what stood before whatever was appended with it. */
function cut(recording: Recording, stream: string, seq: number): Recording {
  const { run, events, beside } = recording
  const besides = beside.get(stream)?.find((event) => event.seq === seq)
  const isBefore = (event: Recording['events'][number]) =>
    stream === `run/${run}` ? event.seq < seq : besides !== undefined && event.at < besides.at
  return { ...recording, events: events.filter(isBefore) }
}

function projectNamed(name: ProjectName): Project {
  const project = projects.get(name) ?? openProject(name)
  projects.set(name, project)
  return project
}
