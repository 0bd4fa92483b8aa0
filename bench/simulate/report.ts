/** The counts as the fields of the bench's row, and what of them is not as it must be. */
import { blows } from '../../test/world/plan.ts'
import type { Rule } from '../../test/world/witness.ts'
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Options } from './options.ts'
import type { TriedPlant } from './plants/try-plants.ts'
import type { Sum } from './sum.ts'

export interface Results {
  readonly sum: Sum
  readonly tried: readonly TriedPlant[]
  readonly rebuilt: Rebuilt
  readonly options: Options
  readonly seconds: number
}

const rules: readonly Rule[] = [
  'lost_acknowledged',
  'duplicate_effects',
  'overspent',
  'after_stop',
  'hung',
  'replay_different',
  'beyond_authority',
  'without_dispatch',
  'wrong_outcome',
  'subject_shared',
  'rebuild_different',
  'second_engine',
]

const kinds = blows.toSorted()
const everyPair = kinds.flatMap((one, index) => kinds.slice(index + 1).map((other) => `${one}+${other}`))

/** The pair of kinds that met least often over one effect. */
export function rarestPair({ pairs }: Pick<Sum, 'pairs'>): { pair: string; seeds: number } {
  const counted = everyPair.map((pair) => ({ pair, seeds: pairs[pair] ?? 0 }))
  return counted.reduce((least, each) => (each.seeds < least.seeds ? each : least))
}

export function reportOf(results: Results): BenchReport {
  const { sum, tried, rebuilt, options, seconds } = results
  const of = (rule: Rule) => sum.violations.filter((violation) => violation.rule === rule).length
  const { pair, seeds: fewest } = rarestPair(sum)
  const line = {
    seeds: sum.seeds,
    steps: sum.steps,
    crashes: sum.crashes,
    crashes_in_recovery: sum.crashesInRecovery,
    effects: sum.effects,
    vendor_commits: sum.commits,
    fault_pairs: everyPair.length,
    fault_pair_min: fewest,
    fault_pair_rarest: pair,
    ...Object.fromEntries(rules.map((rule) => [rule, of(rule)])),
    decisions_again: sum.decisions,
    played_again: sum.playedAgain,
    nondeterministic: sum.nondeterministic.length,
    planted: tried.length,
    found: tried.filter(({ found }) => found !== undefined).length,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    short: options.short,
    lanes: options.lanes,
    seconds,
  }
  return { line, failures: [...zeros(results), ...(options.short ? [] : counts(results, fewest))] }
}

function zeros({ sum, tried, rebuilt }: Results): string[] {
  return [
    ...sum.violations.map(({ seed, rule, said }) => `seed ${seed}: ${rule}: ${said}`),
    ...sum.nondeterministic.map((seed) => `seed ${seed} was another world the second time`),
    ...tried.flatMap(({ plant, found }) => (found ? [] : [`no seed found that ${plant.name}`])),
    ...(rebuilt.same ? [] : ['a projection made again from the events is another']),
    ...(rebuilt.findsEdit ? [] : ['an edited projection was not found']),
  ]
}

function counts({ sum, tried }: Results, fewest: number): string[] {
  const atLeast = (name: string, found: number, wanted: number) =>
    found >= wanted ? [] : [`${name} is ${found}, not ${wanted} or more`]
  return [
    ...atLeast('seeds', sum.seeds, 10_000),
    ...atLeast('crashes', sum.crashes, 10_000),
    ...atLeast('crashes_in_recovery', sum.crashesInRecovery, 1_000),
    ...atLeast('effects', sum.effects, 50_000),
    ...atLeast('fault_pair_min', fewest, 50),
    ...atLeast('planted', tried.length, 30),
  ]
}
