/** The protection under test, switched off: a dispatch that goes by the stops it had read before it had its locks. */
import { type Patch, patchedSource } from '../patched-source.ts'
import { randomOf } from '../tau-retail/random.ts'
import { countStops } from './count.ts'
import { type HouseWanted, openHouse } from './house.ts'
import { playStop } from './play.ts'
import type { StopNamed } from './tickets.ts'

export const patch: Patch = {
  file: 'src/runs/dispatch.ts',
  find: 'const standing = { ...found, now,',
  replace: 'const standing = { ...found, stops: ground.live.stops, now,',
}

const everything: StopNamed = { scope: 'everything', value: '', level: 'observe' }

/** What was dispatched after a stop's `committed`, over so many stops of everything. */
export async function playControl(wanted: HouseWanted, stops: number): Promise<number> {
  await using ends = new AsyncDisposableStack()
  const house = await openHouse(ends, { ...wanted, sources: patchedSource(ends, patch) })
  const random = randomOf(wanted.seed, `${wanted.database} control`)
  const played = []
  for (let n = 0; n < stops; n++) played.push(await playStop(house, random, everything))
  return countStops(played, await house.end()).dispatchedAfterCommitted.length
}
