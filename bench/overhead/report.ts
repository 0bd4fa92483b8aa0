/** The fields of the bench's row, what of them is required, and which aims were not reached. */
import type { JsonObject } from '../../src/json.ts'
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import { many } from './contestants.ts'
import type { CountedCalls } from './count-syncs.ts'
import type { Options } from './options.ts'
import { aiSdk, type Peer, peers, referenceLoops } from './peers.ts'
import { rawAppends } from './play-rounds.ts'
import { type Figure, medianOf, overBest, type Ratio, type Rounds } from './ratios.ts'
import type { Judging } from './time-judging.ts'
import type { Start } from './time-start.ts'

export interface Found {
  readonly options: Options
  readonly rounds: Rounds
  /** By contestant; of Charter by `charter-sqlite reads` and so on. Empty where nothing can be traced. */
  readonly calls: Readonly<Record<string, CountedCalls>>
  readonly judging: Judging
  readonly start: Start
  readonly rebuilt: Rebuilt
  readonly seconds: number
}

/** From so many syncs a run on, a peer counts as one that syncs each step before the next begins. */
const syncedFrom = 4

export function reportOf(found: Found): BenchReport & { readonly missed: readonly string[] } {
  const { options, rounds, judging, start, rebuilt, seconds } = found
  const ratios = ratiosOf(found)
  const line: JsonObject = {
    rounds: options.rounds,
    commits_per_read_run: found.calls['charter-sqlite reads']?.commits_per_run ?? null,
    syncs_per_read_run: found.calls['charter-sqlite reads']?.syncs_per_run ?? null,
    syncs_per_write_run: found.calls['charter-sqlite writes']?.syncs_per_run ?? null,
    syncs_per_read_run_32: found.calls[`charter-sqlite reads ${many}`]?.syncs_per_run ?? null,
    by_db: { sqlite: charterFields(found, 'sqlite'), postgres: charterFields(found, 'postgres') },
    ai_sdk_loops_per_s: rounds[aiSdk] === undefined ? null : round(medianOf(rounds, aiSdk, 'one')),
    peers: Object.fromEntries(playing(rounds).map((peer) => [peer.name, peerFields(found, peer)])),
    peers_absent: peers.filter(({ name }) => rounds[name] === undefined).map(({ name }) => name),
    ...ratios,
    raw_appends_per_s_32: round(medianOf(rounds, rawAppends, 'many')),
    ...mapped({ ...judging }, (number) => Number(number.toPrecision(4))),
    ...mapped({ ...start }, round),
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    short: options.short,
    seconds,
  }
  const missed = missedAims(line)
  return { line: { ...line, aims_missed: missed }, failures: failuresOf(found), missed }
}

const playing = (rounds: Rounds): readonly Peer[] => peers.filter(({ name }) => rounds[name] !== undefined)

function charterFields({ rounds, calls }: Found, database: 'sqlite' | 'postgres'): JsonObject {
  const name = `charter-${database}`
  const [reads, writes] = [calls[`${name} reads`], calls[`${name} writes`]]
  return {
    reads_per_s_1: round(medianOf(rounds, name, 'reads_one')),
    reads_per_s_32: round(medianOf(rounds, name, 'reads_many')),
    writes_per_s_1: round(medianOf(rounds, name, 'writes_one')),
    writes_per_s_32: round(medianOf(rounds, name, 'writes_many')),
    commits_per_read_run: reads?.commits_per_run ?? null,
    commits_per_write_run: writes?.commits_per_run ?? null,
    syncs_per_read_run: reads?.syncs_per_run ?? null,
    syncs_per_write_run: writes?.syncs_per_run ?? null,
  }
}

function peerFields({ rounds, calls }: Found, { name, reference, durable }: Peer): JsonObject {
  const [one, many] = [medianOf(rounds, name, 'one'), medianOf(rounds, name, 'many')]
  const pace = rounds[aiSdk] === undefined ? null : medianOf(rounds, aiSdk, 'one') / referenceLoops
  const beside = (figure: number, then: number) => (pace === null ? null : round(figure / (then * pace)))
  const [vsOne, vsMany] = [beside(one, reference.one), beside(many, reference.many)]
  return {
    runs_per_s_1: round(one),
    runs_per_s_32: round(many),
    syncs_per_run: calls[name]?.syncs_per_run ?? null,
    durable,
    vs_reference: vsOne === null || vsMany === null ? null : Math.min(vsOne, vsMany),
    vs_reference_1: vsOne,
    vs_reference_32: vsMany,
  }
}

function ratiosOf({ rounds, calls }: Found): Readonly<Record<string, number | null>> {
  const every = playing(rounds)
  const synced = every.filter(({ name }) => (calls[name]?.syncs_per_run ?? 0) >= syncedFrom)
  const postgres = every.filter(({ store }) => store === 'postgres')
  const over = (name: string, key: string, others: readonly Peer[], of: readonly string[]) =>
    overBest(
      rounds,
      { name, of: [key] },
      others.map((peer): Figure => ({ name: peer.name, of })),
    )
  const better = ['one', 'many']
  const raw = overBest(rounds, { name: 'charter-sqlite', of: ['reads_many'] }, [{ name: rawAppends, of: ['many'] }])
  return {
    ...both('over_fastest_seq', over('charter-sqlite', 'reads_one', every, ['one'])),
    ...both('over_fastest_32', over('charter-sqlite', 'reads_many', every, better)),
    ...both('writes_over_fastest_synced_seq', over('charter-sqlite', 'writes_one', synced, ['one'])),
    ...both('writes_over_fastest_synced_32', over('charter-sqlite', 'writes_many', synced, better)),
    ...both('postgres_over_fastest_postgres_seq', over('charter-postgres', 'reads_one', postgres, ['one'])),
    ...both('postgres_over_fastest_postgres_32', over('charter-postgres', 'reads_many', postgres, better)),
    raw_append_ratio_concurrent: raw === null ? null : round(raw.median),
  }
}

const both = (name: string, ratio: Ratio | null) => ({
  [`${name}_median`]: ratio === null ? null : round(ratio.median),
  [`${name}_low`]: ratio === null ? null : round(ratio.low),
})

/** What is wanted at least; absent where it was not measured. */
const atLeast: Readonly<Record<string, number>> = {
  over_fastest_seq_median: 1.5,
  over_fastest_seq_low: 1.2,
  over_fastest_32_median: 5,
  over_fastest_32_low: 4,
  writes_over_fastest_synced_seq_median: 1.5,
  writes_over_fastest_synced_32_median: 2,
  postgres_over_fastest_postgres_seq_median: 1.5,
  postgres_over_fastest_postgres_32_median: 2.5,
  raw_append_ratio_concurrent: 0.5,
}

const below: Readonly<Record<string, number>> = { judge_p99_ms: 1, idle_rss_mb: 160, first_action_ms: 1_500 }
const peersAtLeast = 0.6

function missedAims(line: JsonObject): string[] {
  const value = (name: string) => (typeof line[name] === 'number' ? line[name] : undefined)
  const tooLow = Object.entries(atLeast).filter(([name, aim]) => (value(name) ?? aim) < aim)
  const tooHigh = Object.entries(below).filter(([name, aim]) => (value(name) ?? 0) >= aim)
  const slow = Object.entries(line.peers ?? {}).filter(([, peer]) => (peer?.vs_reference ?? 1) < peersAtLeast)
  return [
    ...tooLow.map(([name, aim]) => `${name} is ${value(name)}, and ${aim} was aimed at`),
    ...tooHigh.map(([name, aim]) => `${name} is ${value(name)}, and less than ${aim} was aimed at`),
    ...slow.map(([name, peer]) => `${name} runs at ${peer?.vs_reference} of its reference: it is not at its best here`),
  ]
}

function failuresOf({ options, judging, rebuilt, rounds }: Found): string[] {
  const fewer = (name: string, found: number, wanted: number) =>
    found >= wanted ? [] : [`${name} is ${found}, not ${wanted} or more`]
  return [
    ...(rebuilt.same ? [] : ['a projection made again from the events is another']),
    ...(rebuilt.findsEdit ? [] : ['an edited projection was not found']),
    ...fewer('the count of policies that judge a write', judging.policies, 6),
    ...(options.short
      ? []
      : [
          ...fewer('rounds', Math.min(...Object.values(rounds).map(({ length }) => length)), 7),
          ...fewer('ledger_events', judging.ledger_events, 1_000_000),
          ...fewer('judged_distinct', judging.judged_distinct, 20_000),
        ]),
  ]
}

const round = (number: number): number => Math.round(number * 100) / 100

const mapped = (fields: Readonly<Record<string, number | undefined>>, change: (number: number) => number) =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, number]) => (number === undefined ? [] : [[name, change(number)]])),
  )
