/** What was replayed where it was played: read back from the folder in which those who played it kept it. */
import { createReadStream, globSync } from 'node:fs'
import path from 'node:path'
import type { Replayed } from '../../test/recorded/keep-replayed.ts'
import { type KeptRun, shapeOf } from '../../test/recorded/kept-run.ts'
import { type ProjectName, projectOfAgent } from './projects.ts'

export interface Corpus {
  runs: number
  readonly shapes: Set<string>
  identical: number
  /** Content was erased on purpose: same as far as it goes. */
  unverifiable: number
  decisions: number
  evaluations: number
  readonly different: string[]
  /** By the program that played them. */
  readonly from: Map<string, number>
  /** One of each shape that can be replayed here, the shorter ones first. */
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly project: ProjectName
  readonly kept: KeptRun
}

/** `most`: so many samples of a project. */
export async function readCorpus(folder: string, most: number): Promise<Corpus> {
  const samples = new Map<string, Sample>()
  const corpus = emptyCorpus()
  for await (const replayed of replayedIn(folder)) {
    count(corpus, replayed)
    const sample = sampleOf(replayed)
    if (sample) addSample(samples, sample)
  }
  return { ...corpus, samples: chosenOf([...samples.values()], most) }
}

/** Every run that came out the same, of whatever shape. */
export async function* allSamples(folder: string): AsyncGenerator<Sample> {
  for await (const replayed of replayedIn(folder)) {
    const sample = sampleOf(replayed)
    if (sample) yield sample
  }
}

async function* replayedIn(folder: string): AsyncGenerator<Replayed> {
  for (const file of globSync('*.jsonl', { cwd: folder }).sort())
    for await (const line of linesOf(path.join(folder, file))) yield JSON.parse(line)
}

function sampleOf({ replay, kept }: Replayed): Sample | undefined {
  const project = projectOfAgent[agentOf(kept)]
  return replay.verdict === 'same' && project ? { project, kept } : undefined
}

const emptyCorpus = (): Omit<Corpus, 'samples'> => ({
  runs: 0,
  shapes: new Set(),
  identical: 0,
  unverifiable: 0,
  decisions: 0,
  evaluations: 0,
  different: [],
  from: new Map(),
})

/** Split at line feeds alone: a text of a test may hold whatever else ends a line somewhere. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let begun = ''
  for await (const chunk of createReadStream(file, 'utf8')) {
    const [first = '', ...more] = String(chunk).split('\n')
    begun += first
    for (const next of more) {
      yield begun
      begun = next
    }
  }
}

function count(corpus: Omit<Corpus, 'samples'>, { from, kept, replay, evaluations }: Replayed): void {
  if (replay.verdict === 'unverifiable') {
    corpus.unverifiable += 1
    return
  }
  corpus.runs += 1
  corpus.shapes.add(shapeOf(kept))
  corpus.from.set(from, (corpus.from.get(from) ?? 0) + 1)
  if (replay.verdict === 'different') {
    const { seq, part } = replay.difference
    corpus.different.push(`${kept.recorded.run} of ${path.basename(from)}: event ${seq} at \`${part}\``)
    return
  }
  corpus.identical += 1
  corpus.decisions += replay.decisions
  corpus.evaluations += evaluations
}

const agentOf = ({ recorded }: KeptRun): string =>
  String(recorded.streams[`run/${recorded.run}`]?.[0]?.body.agent ?? '')

/** Of each shape the shortest. */
function addSample(samples: Map<string, Sample>, sample: Sample): void {
  const name = `${sample.project} ${shapeOf(sample.kept)}`
  const known = samples.get(name)
  if (!known || sizeOf(sample) < sizeOf(known)) samples.set(name, sample)
}

const sizeOf = ({ kept: { recorded } }: Sample): number => recorded.streams[`run/${recorded.run}`]?.length ?? 0

/** The shorter ones first; where a project has too many of them, of every length. */
function chosenOf(samples: readonly Sample[], most: number): readonly Sample[] {
  const sorted = samples.toSorted((one, other) => sizeOf(one) - sizeOf(other))
  const byProject = Map.groupBy(sorted, ({ project }) => project)
  const kept = [...byProject.values()].flatMap((of) => {
    const step = Math.max(1, of.length / most)
    return of.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
  })
  return kept.sort((one, other) => sizeOf(one) - sizeOf(other))
}
