/**
 * Engines killed at random while sixteen runs write, on both databases; PostgreSQL killed too. What became of it all is
 * read from the vendor, and from what callers were told.
 */
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { playControls } from './control.ts'
import { type Options, readOptions } from './options.ts'
import { type Database, play } from './play.ts'
import { type OfDatabase, reportOf } from './report.ts'
import { tallyOf } from './tally.ts'

const controlKills = 12
const fewControlKills = 6

export async function run(input: BenchInput): Promise<BenchReport> {
  const options = readOptions(input.options)
  const databases: OfDatabase[] = []
  for (const database of options.databases) databases.push(await runOn(database, options, input))
  const control = await playControls({
    seed: input.seed,
    kills: options.short ? fewControlKills : controlKills,
    progress: input.progress,
  })
  return reportOf({ options, databases, control })
}

async function runOn(database: Database, options: Options, { seed, progress }: BenchInput): Promise<OfDatabase> {
  const begun = performance.now()
  const kills = Math.ceil(options.kills / options.databases.length)
  const serverKills = database === 'postgres' ? options.serverKills : 0
  const played = await play({ database, seed, kills, serverKills, progress })
  try {
    const tally = await tallyOf(played)
    const rebuilt = await rebuildLedgers([played.place])
    const seconds = Math.round((performance.now() - begun) / 1000)
    progress(`${database}: ${tally.kills} kills, ${tally.vendorCommits} commits at the vendor, ${seconds} s`)
    const { troubles } = played
    return { database, tally, troubles, refusals: played.callers.refusals, rebuilt, seconds }
  } finally {
    await played.leave()
  }
}
