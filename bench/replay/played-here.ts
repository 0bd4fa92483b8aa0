/** Samples whose tools are at hand here, and a file of them for the processes that replay them under a mutation. */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Project } from '../../src/replays/project.ts'
import { replayRun } from '../../src/replays/replay.ts'
import { recordingIn } from '../../test/recorded/kept-run.ts'
import type { Sample } from './corpus.ts'
import { openProject, type ProjectName } from './projects.ts'

export type Projects = (name: ProjectName) => Project
export type Samples = Iterable<Sample> | AsyncIterable<Sample>

export function openProjects(): Projects {
  const opened = new Map<ProjectName, Project>()
  return (name) => {
    const project = opened.get(name) ?? openProject(name)
    opened.set(name, project)
    return project
  }
}

/** Some suites play with tools of their own, which are at hand nowhere else. */
export async function* playedHere(samples: Samples, projectOf: Projects): AsyncGenerator<Sample> {
  for await (const sample of samples) {
    const replay = await replayRun(recordingIn(sample.kept), projectOf(sample.project)).catch(() => undefined)
    if (replay?.verdict === 'same') yield sample
  }
}

/** One a line. */
export async function writeSamples(file: string, samples: Samples): Promise<void> {
  const lines = async function* () {
    for await (const sample of samples) yield `${JSON.stringify(sample)}\n`
  }
  await pipeline(lines, createWriteStream(file))
}
