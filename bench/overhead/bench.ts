/**
 * What governing costs: runs of five governed reads and of five governed writes, beside five durable steps of the
 * peers, beside the same bytes appended raw, on both databases. Everything that is measured runs in a process of its own.
 */
import { errorMessage } from '../../src/tools/error-message.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { works } from './clerk/planned-model.ts'
import { type Contestant, contestants, isCharter, many } from './contestants.ts'
import { type Counted, type CountedCalls, canTrace, countCalls } from './count-syncs.ts'
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
  const playing = await rehearsed(places, contestants(options.peers), progress)
  const calls = await countAll(places, playing, progress)
  const syncsTogether = many * (calls[`charter-sqlite reads ${many}`]?.syncs_per_run ?? 1)
  const { rounds, ledgers } = await playRounds(places, playing, { ...options, syncsTogether, progress })
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

/** Charter, and those peers that can play one run on this machine. */
async function rehearsed(
  places: Places,
  all: readonly Contestant[],
  progress: (text: string) => void,
): Promise<readonly Contestant[]> {
  const able = all.filter(isCharter)
  for (const peer of all.filter((contestant) => !isCharter(contestant))) {
    const place = await places.fresh(peer.store)
    try {
      await peer.trace(place, { concurrency: 1, runs: 1 }, [])
      able.push(peer)
    } catch (error) {
      progress(`${peer.name} does not work here and is left out: ${errorMessage(error)}`)
    } finally {
      await place.remove()
    }
  }
  return able
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
    for (const [name, counted] of countedOf(contestant)) {
      const found = await countCalls(places, contestant, counted)
      calls[name] = found
      progress(`${name}: ${shown(found.syncs_per_run)} syncs a run, ${shown(found.commits_per_run)} commits`)
    }
  }
  return calls
}

/** Everybody one run at a time; Charter also as it plays beside the raw appends, which sync as often as it does. */
function countedOf(contestant: Contestant): readonly (readonly [string, Counted])[] {
  const { name } = contestant
  if (name === aiSdk) return []
  if (!isCharter(contestant)) return [[name, { concurrency: 1 }]]
  return [
    ...works.map((work) => [`${name} ${work}`, { concurrency: 1, work }] as const),
    ...(name === 'charter-sqlite' ? [[`${name} reads ${many}`, { concurrency: many, work: 'reads' }] as const] : []),
  ]
}

const shown = (count: number | null): string => (count === null ? 'unknown' : count.toFixed(2))
