/** The counts as the fields of the bench's row, and what of them is not as it must be. */
import type { JsonObject } from '../../src/json.ts'
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Options } from './options.ts'
import type { Database } from './play.ts'
import type { Tally } from './tally.ts'

export interface OfDatabase {
  readonly database: Database
  readonly tally: Tally
  readonly troubles: ReadonlyMap<string, number>
  readonly refusals: ReadonlyMap<string, number>
  readonly rebuilt: Rebuilt
  readonly seconds: number
}

export interface ReportParts {
  readonly options: Options
  readonly databases: readonly OfDatabase[]
  readonly control: Readonly<Record<string, number>>
}

export function reportOf({ options, databases, control }: ReportParts): BenchReport {
  const sum = (count: (tally: Tally) => number) => databases.reduce((all, { tally }) => all + count(tally), 0)
  const line = {
    by_db: Object.fromEntries(databases.map((one) => [one.database, fieldsOf(one)])),
    kills: sum(({ kills }) => kills),
    kills_in_flight: sum(({ killsInFlight }) => killsInFlight),
    kills_in_recovery: sum(({ killsInRecovery }) => killsInRecovery),
    control_violations: Object.values(control).reduce((all, one) => all + one, 0),
    control,
    rebuilt_same: databases.every(({ rebuilt }) => rebuilt.same),
    rebuild_finds_edit: databases.every(({ rebuilt }) => rebuilt.findsEdit),
    short: options.short,
  }
  const missing = Object.entries(control).filter(([, violations]) => violations === 0)
  return {
    line,
    failures: [
      ...databases.flatMap((one) => failuresOf(one, options)),
      ...missing.map(([name]) => `the control without ${name} violated nothing`),
    ],
  }
}

function fieldsOf({ tally, troubles, refusals, rebuilt, seconds }: OfDatabase): JsonObject {
  return {
    kills: tally.kills,
    kills_in_flight: tally.killsInFlight,
    kills_in_recovery: tally.killsInRecovery,
    ...(tally.serverKills > 0 && {
      server_kills: tally.serverKills,
      server_kills_in_flight: tally.serverKillsInFlight,
    }),
    runs: tally.runs,
    events: tally.events,
    acknowledgements: tally.acknowledgements,
    vendor_arrivals: tally.vendorArrivals,
    vendor_commits: tally.vendorCommits,
    lost_acknowledged: tally.lostAcknowledged.length,
    duplicate_effects: tally.duplicateEffects.length,
    effects_without_intent: tally.effectsWithoutIntent.length,
    wrong_outcomes: tally.wrongOutcomes.length + tally.wrongWords.length,
    doubled_runs: tally.doubledRuns.length,
    unfinished_runs: tally.unfinishedRuns.length,
    unknown_keyed: tally.unknownKeyed.length,
    unknown_verify_only: tally.unknownVerifyOnly.length,
    unknown_at_most_once: tally.unknownAtMostOnce.length,
    at_most_once_in_flight_at_kill: tally.atMostOnceInFlightAtKill,
    ledger_verified: tally.verified,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    engine_errors: Object.fromEntries(troubles),
    callers_refused: Object.fromEntries(refusals),
    seconds,
  }
}

function failuresOf({ database, tally, rebuilt }: OfDatabase, options: Options): string[] {
  const found = [
    ...tally.lostAcknowledged.map((told) => `an acknowledgement was lost: ${told}`),
    ...tally.duplicateEffects.map((business) => `${business} was done twice`),
    ...tally.effectsWithoutIntent.map((sent) => `${sent} reached the vendor and was never dispatched`),
    ...tally.wrongOutcomes,
    ...tally.wrongWords,
    ...tally.doubledRuns.map((key) => `order ${key} was started as two runs`),
    ...tally.unfinishedRuns.map((run) => `not done: ${run}`),
    ...[...tally.unknownKeyed, ...tally.unknownVerifyOnly].map((effect) => `${effect} stayed unknown`),
    ...tally.unknownWithoutKill.map((effect) => `${effect} is unknown, and nothing was killed while it was open`),
    ...(tally.verified ? [] : ['the ledger does not verify']),
    ...(rebuilt.same ? [] : ['a projection made again from the events is another']),
    ...(rebuilt.findsEdit ? [] : ['an edited projection was not found']),
    ...(options.short ? [] : counts(database, tally, options)),
  ]
  return found.map((failure) => `${database}: ${failure}`)
}

function counts(database: Database, tally: Tally, options: Options): string[] {
  const { kills, killsInFlight, killsInRecovery, serverKills } = tally
  const atLeast = (name: string, count: number, wanted: number) =>
    count >= wanted ? [] : [`${name} is ${count}, not ${wanted} or more`]
  return [
    ...atLeast('kills', kills, Math.floor(options.kills / options.databases.length)),
    ...atLeast('kills_in_flight', killsInFlight, kills / 2),
    ...atLeast('kills_in_recovery', killsInRecovery, kills / 10),
    ...(database === 'postgres' ? atLeast('server_kills', serverKills, 5) : []),
  ]
}
