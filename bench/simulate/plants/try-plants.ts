/** Plants each fault in a copy of the source and plays seeds there until an invariant speaks. */
import path from 'node:path'
import { drawPlan } from '../../../test/world/draw-plan.ts'
import { openKit } from '../../../test/world/kit.ts'
import { play } from '../../../test/world/play.ts'
import { copySource, type SourceCopy } from '../../patched-source.ts'
import { playLane } from '../lane.ts'
import type { Plant } from './plant.ts'

export interface TriedPlant {
  readonly plant: Plant
  /** The seed that found it, and what it saw. */
  readonly found: { readonly seed: string; readonly rule: string; readonly said: string } | undefined
  readonly seeds: number
  /** Why nothing can be said: the copy did not even run. */
  readonly broken?: string
}

export interface Trying {
  readonly seed: number
  readonly mostSeeds: number
  readonly forMs: number
  readonly progress: (text: string) => void
}

/** As many at once as there are lanes, each in a copy of its own. */
export async function tryPlants(plants: readonly Plant[], lanes: number, trying: Trying): Promise<TriedPlant[]> {
  const waiting = [...plants]
  const tried: TriedPlant[] = []
  const lane = async (): Promise<void> => {
    using copy = copySource()
    for (let plant = waiting.shift(); plant; plant = waiting.shift()) tried.push(await tryPlant(copy, plant, trying))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return tried
}

async function tryPlant(copy: SourceCopy, plant: Plant, trying: Trying): Promise<TriedPlant> {
  try {
    const tried = await copy.whilePatched(plant, () => untilFound(copy.folder, plant, trying))
    const { found, seeds } = tried
    trying.progress(
      `${found ? '✔' : '✖'} ${plant.name}: ${found ? `${found.rule}, ${found.said}` : plant.seen} (${seeds})`,
    )
    return tried
  } catch (error) {
    trying.progress(`✖ ${plant.name}: ${error}`)
    return { plant, found: undefined, seeds: 0, broken: String(error) }
  }
}

/** What the product shows without the plant too does not count. */
async function untilFound(folder: string, plant: Plant, { seed, mostSeeds, forMs }: Trying): Promise<TriedPlant> {
  const common = { seed, againEvery: 0, forMs }
  for (let from = 0; from < mostSeeds; ) {
    const work = { ...common, from, to: mostSeeds, untilFound: true }
    // What was compiled is kept for the next plant.
    const { seeds, violations } = await playLane(folder, work, { NODE_COMPILE_CACHE: path.join(folder, 'compiled') })
    const [found] = violations
    from += seeds
    if (!found) return { plant, found: undefined, seeds: from }
    if (await isQuiet(found.seed)) return { plant, found, seeds: from }
  }
  return { plant, found: undefined, seeds: mostSeeds }
}

async function isQuiet(seed: string): Promise<boolean> {
  using kit = openKit()
  return (await play(drawPlan(seed), kit)).violation === undefined
}
