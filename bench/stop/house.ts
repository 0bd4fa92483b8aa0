/** Everything that a stop is tried on: a vendor, engines and a presser in processes of their own, on one ledger. */
import path from 'node:path'
import { createRuntime } from '../../src/create-runtime.ts'
import { type Database, namesOf, openPlace, type PlaceNames } from '../../test/approvals/place.ts'
import { type Spawned, spawnProgram } from '../../test/approvals/spawn-program.ts'
import { type Random, randomOf } from '../tau-retail/random.ts'
import { writePages, writingAgents } from './agents.ts'
import { type Hand, openHand } from './hands.ts'
import { type Kept, keepRunning } from './keep-running.ts'
import { type Records, readRecords } from './records.ts'
import { helpDesk } from './tickets.ts'
import { changeWeather } from './weather.ts'

export interface House {
  readonly place: PlaceNames
  readonly hand: Hand
  readonly kept: Kept
  /** Ends one engine as the machine would, and begins another. */
  replaceEngine(random: Random): Promise<void>
  /** Of the newest raising and lifting of a stop: their places in the ledger. */
  placesOf(stop: string): Promise<{ readonly raised: number; readonly lifted: number }>
  /** Ends all that moves, and gives what is left of it. */
  end(): Promise<Records>
}

/** One engine may move the runs of a file, several those of a server. */
const engines: Readonly<Record<Database, number>> = { sqlite: 1, postgres: 2 }

export interface HouseWanted {
  readonly database: Database
  readonly seed: number
  /** The folder of the sources that engines run; the bench's own unless a control wants others. */
  readonly sources?: string
}

const root = path.resolve(import.meta.dirname, '../..')

export async function openHouse(ends: AsyncDisposableStack, wanted: HouseWanted): Promise<House> {
  const { database, seed, sources = root } = wanted
  const place = await openPlace(ends, database, { groups: { support: ['sam@acme.example'] }, data: helpDesk() })
  const names = namesOf(place)
  writePages(names.folder)
  const { ledger, keyring } = names
  const door = await createRuntime({ ledger, keyring, agents: writingAgents(names), engine: false })
  ends.defer(door.close)

  const moving = ends.use(new AsyncDisposableStack())
  const program = path.join(sources, 'bench/stop/writing-engine.ts')
  const spawn = () => spawnProgram(moving, program, { place: names })
  const spawned: Spawned[] = await Promise.all(Array.from({ length: engines[database] }, spawn))
  changeWeather(moving, place, randomOf(seed, `${database} weather`))
  const kept = await keepRunning(moving, door)
  const hand = await openHand(moving, names)
  const { house } = door

  return {
    place: names,
    hand,
    kept,
    async replaceEngine(random) {
      const which = random.below(spawned.length)
      await spawned[which]?.kill()
      spawned[which] = await spawn()
    },
    async placesOf(stop) {
      const events = await house.ledger.read(house.tenant, `stop/${stop}`)
      const last = (type: string) => events.findLast((event) => event.type === type)?.position ?? 0
      return { raised: last('stop.raised'), lifted: last('stop.lifted') }
    },
    async end() {
      await moving.disposeAsync()
      return readRecords(house, place.witness, names.folder)
    },
  }
}
