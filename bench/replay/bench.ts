/**
 * Is a replay real? Whatever suites and examples play is moved once more by the engine's own code, without the decisions
 * that were recorded. Then a stored decision is made another, and then the source: the first event that differs must be named.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { readShortOption } from '../short-option.ts'
import { allSamples, readCorpus } from './corpus.ts'
import { mutations } from './mutations/mutations.ts'
import { playAll } from './play.ts'
import { openProjects, playedHere } from './played-here.ts'
import { reportOf } from './report.ts'
import { tryAll } from './try-all.ts'
import { tryFlips } from './try-flips.ts'

const lanes = 2
const sizes = {
  whole: { samples: 400, flips: 400, mutations: mutations.length },
  short: { samples: 100, flips: 60, mutations: 8 },
}

export async function run({ seed, options, progress }: BenchInput): Promise<BenchReport> {
  const began = performance.now()
  const { short } = readShortOption(options)
  const most = sizes[short ? 'short' : 'whole']
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-replay-'))
  try {
    const [kept, scratch] = [path.join(folder, 'kept'), path.join(folder, 'scratch')]
    for (const each of [kept, scratch]) mkdirSync(each)
    const ledgers = await playAll({ kept, scratch, seed, short, progress })
    const corpus = await readCorpus(kept, most.samples)
    progress(`${corpus.runs} runs of ${corpus.shapes.size} shapes, ${corpus.identical} identical`)
    const projects = openProjects()
    const samples = await Array.fromAsync(playedHere(corpus.samples, projects))
    const flips = await tryFlips(samples, ({ project }) => projects(project), most.flips)
    progress(`${flips.found} of ${flips.flipped} flipped decisions found in ${samples.length} samples`)
    const all = () => playedHere(allSamples(kept), projects)
    const { tried, foundBeyond } = await tryAll(chosen(seed, most.mutations), { samples, all, folder, lanes, progress })
    const rebuilt = await rebuildLedgers(ledgers)
    const seconds = Math.round((performance.now() - began) / 1_000)
    return reportOf({ corpus, samples: samples.length, flips, tried, foundBeyond, rebuilt, short, seconds })
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** In a short run a few, others for each seed. */
function chosen(seed: number, most: number) {
  const first = most >= mutations.length ? 0 : (seed * most) % mutations.length
  return [...mutations.slice(first), ...mutations.slice(0, first)].slice(0, most)
}
