/**
 * Stops of every scope and level, pressed from another process at random moments while 64 runs write to a vendor that
 * misbehaves. What reached the vendor is matched by its key with the places of the attempts in the ledger.
 */
import type { JsonObject } from '../../src/json.ts'
import type { Database } from '../../test/approvals/place.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { randomOf } from '../tau-retail/random.ts'
import { playControl } from './control.ts'
import { countStops } from './count.ts'
import { openHouse } from './house.ts'
import { type Options, readOptions } from './options.ts'
import { type Played, playStop, stopsInTurn } from './play.ts'
import { type Outcome, reportOf } from './report.ts'

const stopsOfControl = { short: 4, whole: 12 } as const

export async function run(input: BenchInput): Promise<BenchReport> {
  const options = readOptions(input.options)
  const began = performance.now()
  const lines: [Database, JsonObject][] = []
  const failures: string[] = []
  for (const database of options.databases) {
    const { line, failures: wrong } = reportOf(await play(input, options, database), options)
    lines.push([database, line])
    failures.push(...wrong.map((failure) => `${database}: ${failure}`))
  }
  const seconds = Math.round((performance.now() - began) / 1_000)
  return { line: { by_db: Object.fromEntries(lines), short: options.short, seconds }, failures }
}

async function play(input: BenchInput, options: Options, database: Database): Promise<Outcome> {
  const { seed, progress } = input
  const outcome = await playHouse(input, options, database)
  progress(`${database}: the control`)
  const stops = options.short ? stopsOfControl.short : stopsOfControl.whole
  return { ...outcome, controlViolations: await playControl({ database, seed }, stops) }
}

async function playHouse({ seed, progress }: BenchInput, { stops }: Options, database: Database) {
  await using ends = new AsyncDisposableStack()
  const house = await openHouse(ends, { database, seed })
  const random = randomOf(seed, `${database} stops`)
  const inTurn = stopsInTurn(random)
  const played: Played[] = []
  const began = performance.now()
  while (played.length < stops) {
    played.push(await playStop(house, random, inTurn.next().value))
    if (played.length % 20 === 0) progress(`${database}: ${played.length} stops in ${secondsSince(began)} s`)
  }
  const counted = countStops(played, await house.end())
  progress(`${database}: ${stops} stops in ${secondsSince(began)} s; rebuilding ${counted.events} events`)
  const rebuilt = await rebuildLedgers([house.place])
  return { counted, rebuilt, troubles: played.flatMap(({ trouble }) => trouble ?? []) }
}

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 1_000)
