/**
 * What governing costs: runs of five governed reads and of five governed writes, beside five durable steps of the
 * peers, beside the same bytes appended raw, on both databases. Everything that is measured runs in a process of its own.
 */
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { works } from './clerk/planned-model.ts'
import { type Contestant, contestants } from './contestants.ts'
import { type CountedCalls, canTrace, countCalls } from './count-syncs.ts'
import { readOptions } from './options.ts'
import { aiSdk, installPeers, isInstalled, peers } from './peers.ts'
import { openPlaces, type Places } from './places.ts'
import { playRounds } from './play-rounds.ts'
import { reportOf } from './report.ts'
import { timeJudging } from './time-judging.ts'
import { timeStart } from './time-start.ts'

export async function run({ options: args, progress }: BenchInput): Promise<BenchReport> {
  const options = readOptions(args)
  if (options.installPeers) installPeers(progress)
  const absent = new Set([...peers.map(({ folder }) => folder), aiSdk].filter((folder) => !isInstalled(folder)))
  for (const folder of absent) progress(`${folder} is not installed and is left out: \`--install-peers\` installs it`)
  const began = performance.now()
  await using places = await openPlaces()
  const playing = contestants(options.peers)
  const calls = await countAll(places, playing, progress)
  const syncsPerReadRun = calls['charter-sqlite reads']?.syncs_per_run ?? 1
  const { rounds, ledgers } = await playRounds(places, playing, { ...options, syncsPerReadRun, progress })
  const { at, ...judging } = await timeJudging(await places.fresh('file'), { ...options, progress })
  const start = await timeStart(places, options.short ? 1 : 5)
  progress('rebuilding the ledgers')
  const rebuilt = await rebuildLedgers([...ledgers, at])
  for (const { remove } of ledgers) await remove()
  const seconds = Math.round((performance.now() - began) / 1_000)
  const { line, failures, missed } = reportOf({ options, rounds, calls, judging, start, rebuilt, seconds })
  for (const aim of missed) progress(`aim not reached: ${aim}`)
  return { line, failures }
}

/** How often each one syncs, and how often Charter commits, for a run of either kind. */
async function countAll(
  places: Places,
  playing: readonly Contestant[],
  progress: (text: string) => void,
): Promise<Readonly<Record<string, CountedCalls>>> {
  const calls: Record<string, CountedCalls> = {}
  if (!canTrace()) progress('strace is not installed: nothing is known of syncs')
  for (const contestant of canTrace() ? playing : []) {
    if (contestant.name === aiSdk) continue
    const own: readonly (string | undefined)[] = contestant.name.startsWith('charter-') ? works : [undefined]
    for (const work of own) {
      const name = work === undefined ? contestant.name : `${contestant.name} ${work}`
      const counted = await countCalls(places, contestant, work)
      calls[name] = counted
      progress(`${name}: ${counted.syncs_per_run} syncs a run, ${counted.commits_per_run ?? 'unknown'} commits`)
    }
  }
  return calls
}
