/**
 * Worlds by the thousand: the real engine and ledger on one seeded scheduler, with every kind of fault, and invariants that
 * read the simulated vendor. Then the same with a fault planted in the product, which some world must see.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { drawPlan } from '../../test/world/draw-plan.ts'
import { openKit } from '../../test/world/kit.ts'
import { play } from '../../test/world/play.ts'
import { shrink } from '../../test/world/shrink.ts'
import { tell } from '../../test/world/tell.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { playLane } from './lane.ts'
import { type Options, readOptions } from './options.ts'
import { plants } from './plants/plants.ts'
import { tryPlants } from './plants/try-plants.ts'
import { reportOf } from './report.ts'
import { merge, type Sum } from './sum.ts'

const root = path.resolve(import.meta.dirname, '../..')
/** Every so manieth seed is played twice. */
const againEvery = 20
const seedsOfProcess = 500
const mostSeedsOfPlant = { whole: 3_000, short: 300 }
const plantForMs = { whole: 900_000, short: 60_000 }

export async function run(input: BenchInput): Promise<BenchReport> {
  const options = readOptions(input.options)
  return options.only === undefined ? playAll(input, options) : playOne(input, options.only)
}

async function playAll({ seed, progress }: BenchInput, options: Options): Promise<BenchReport> {
  const begun = performance.now()
  const kept = mkdtempSync(path.join(tmpdir(), 'charter-simulate-'))
  try {
    const sum = merge(await playLanes(seed, options, kept))
    progress(`${sum.seeds} seeds, ${sum.steps} steps, ${sum.crashes} crashes, ${sum.violations.length} violations`)
    await tellFirst(sum, progress)
    const folders = lanesOf(options).map(({ keepIn }) => path.join(kept, keepIn))
    const rebuilt = await rebuildLedgers(folders.map((folder) => ({ folder, ledger: path.join(folder, 'ledger.db') })))
    const size = options.short ? 'short' : 'whole'
    const trying = { seed, mostSeeds: mostSeedsOfPlant[size], forMs: plantForMs[size], progress }
    const tried = await tryPlants(chosen(seed, options), options.lanes, trying)
    const seconds = Math.round((performance.now() - begun) / 1_000)
    return reportOf({ sum, tried, rebuilt, options, seconds })
  } finally {
    rmSync(kept, { recursive: true, force: true })
  }
}

interface LaneSeeds {
  readonly from: number
  readonly to: number
  readonly keepIn: string
}

function lanesOf({ seeds, lanes }: Options): readonly LaneSeeds[] {
  const each = Math.ceil(seeds / lanes)
  return Array.from({ length: lanes }, (_, lane) => ({
    from: lane * each,
    to: Math.min(seeds, (lane + 1) * each),
    keepIn: `lane${lane}`,
  })).filter(({ from, to }) => from < to)
}

async function playLanes(seed: number, options: Options, kept: string): Promise<Sum[]> {
  const lanes = lanesOf(options).map((lane) =>
    playInTurn(seed, options, { ...lane, keepIn: path.join(kept, lane.keepIn) }),
  )
  return (await Promise.all(lanes)).flat()
}

/** In one process after the other: what many dead worlds have left behind ends with theirs. */
async function playInTurn(seed: number, { forMs }: Options, { from, to, keepIn }: LaneSeeds): Promise<Sum[]> {
  const end = performance.now() + forMs
  const sums: Sum[] = []
  for (let first = from; first < to && performance.now() < end; first += seedsOfProcess)
    sums.push(
      await playLane(root, {
        seed,
        from: first,
        to: Math.min(to, first + seedsOfProcess),
        againEvery,
        untilFound: false,
        forMs: Math.ceil(end - performance.now()),
        ...(first === from && { keepIn }),
      }),
    )
  return sums
}

/** In a short run a few of those that are soon seen, others for each seed. */
function chosen(seed: number, { plants: most, short }: Options) {
  const known = plants.filter(({ isRare = false }) => !(short && isRare))
  const first = most >= known.length ? 0 : (seed * 7) % known.length
  return [...known.slice(first), ...known.slice(0, first)].slice(0, most)
}

async function tellFirst({ violations }: Sum, progress: (text: string) => void): Promise<void> {
  const [first] = violations
  if (first) progress((await playSmallest(first.seed)).told)
  for (const { seed, rule, said } of violations.slice(1, 20)) progress(`seed ${seed}: ${rule}: ${said}`)
}

async function playOne({ progress }: BenchInput, seed: string): Promise<BenchReport> {
  const { told, violation } = await playSmallest(seed)
  progress(told)
  const failures = violation ? [`seed ${seed}: ${violation.rule}: ${violation.said}`] : []
  return { line: { only: seed, violations: failures.length }, failures }
}

/** The smallest plan that fails as the seed's own does; of a seed that does not fail, its story. */
async function playSmallest(seed: string) {
  using kit = openKit()
  const plan = drawPlan(seed)
  const { violation } = await play(plan, kit)
  const small = violation ? await shrink(plan, violation.rule, kit) : plan
  return { violation, told: tell(small, await play(small, kit, { keepsLines: true })) }
}
