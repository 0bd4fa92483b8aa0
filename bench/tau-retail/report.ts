/** The counts as the fields of the bench's row, and what of them is not as it must be. */
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import { classes } from './mutations/draw.ts'
import type { Options } from './options.ts'
import type { Tally } from './play/tally.ts'

interface Circumstances {
  readonly options: Options
  readonly seconds: number
  readonly rebuilt: Rebuilt
}

export function reportOf(tally: Tally, { options, seconds, rebuilt }: Circumstances): BenchReport {
  const line = {
    database: options.database,
    ...fieldsOf(tally),
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    short: options.short,
    lanes: options.lanes,
    seconds,
  }
  return { line, failures: [...zeros(tally), ...rebuilds(rebuilt), ...(options.short ? [] : counts(tally))] }
}

function fieldsOf(tally: Tally) {
  return {
    tasks: tally.tasks,
    final_state_equal: tally.finalStateEqual,
    truth_writes: tally.truthWrites,
    truth_committed: tally.truthCommitted,
    truth_refused: tally.truthRefused.length,
    truth_refused_tasks: new Set(tally.truthRefused.map((place) => place.replace(/\[.*/, ''))).size,
    truth_refused_unexpected: tally.truthUnexpected.length,
    legal_variations: tally.legalVariations,
    legal_orders: new Set(tally.legalOrders).size,
    legal_in_truth: tally.legalInTruth.length,
    legal_not_committed: tally.legalNotCommitted.length,
    mutations: sum(Object.values(tally.mutations).map(({ tried }) => tried)),
    mutations_by_class: Object.fromEntries(
      Object.entries(tally.mutations).map(([name, { tried, reachedStore }]) => [
        name,
        { tried, reached_store: reachedStore },
      ]),
    ),
    policy_only: tally.policyOnly,
    policy_only_control_reached: tally.policyOnlyControlReached,
    stopped_by_layer: tally.stoppedByLayer,
    stopped_by_another_layer: tally.stoppedElsewhere,
    answers_refused: tally.wrongAnswers,
    reads_refused: tally.readsRefused,
    questions_left: tally.questionsLeft,
    questions_ended: tally.questionsEnded,
    touched_while_ending: tally.touchedWhileEnding,
    state_hashes_checked: tally.hashesChecked,
    engine_errors: tally.errors.length,
  }
}

function zeros(tally: Tally): string[] {
  const reached = Object.entries(tally.mutations).filter(([, { reachedStore }]) => reachedStore > 0)
  return [
    ...tally.statesDifferent.map((task) => `${task} ends in another state`),
    ...tally.truthUnexpected.map((place) => `${place} was refused, or accepted, where the original does otherwise`),
    ...tally.legalInTruth.map((name) => `${name} stands in the truth`),
    ...tally.legalNotCommitted.map((name) => `${name} is legal and was not committed`),
    ...reached.map(([name, { reachedStore }]) => `${reachedStore} of ${name} reached the shop`),
    ...tally.controlMissed.map((name) => `${name} did not reach the shop in the control`),
    ...tally.errors.map((error) => `the engine said: ${error}`),
    ...(tally.wrongAnswers.accepted === undefined
      ? []
      : [`${tally.wrongAnswers.accepted} wrong answers were accepted`]),
    ...(tally.readsRefused === 0 ? [] : [`${tally.readsRefused} readings before a mutation were refused`]),
    ...(tally.questionsEnded === tally.questionsLeft ? [] : ['runs that were left waiting did not come to their end']),
    ...(tally.touchedWhileEnding === 0 ? [] : ['the shop was touched while questions came to their end']),
  ]
}

const rebuilds = ({ same, findsEdit }: Rebuilt): string[] => [
  ...(same ? [] : ['a projection made again from the events is another']),
  ...(findsEdit ? [] : ['an edited projection was not found']),
]

/** Where one layer alone stands between the call and the shop. */
const singleLayer = ['other-owner', 'unconfirmed', 'no-look-up', 'over-budget']

function counts(tally: Tally): string[] {
  const orders = new Set(tally.legalOrders).size
  const refusedTasks = new Set(tally.truthRefused.map((place) => place.replace(/\[.*/, ''))).size
  const exactly = (name: string, found: number, wanted: number) =>
    found === wanted ? [] : [`${name} is ${found}, not ${wanted}`]
  const atLeast = (name: string, found: number, wanted: number) =>
    found >= wanted ? [] : [`${name} is ${found}, not ${wanted} or more`]
  return [
    ...exactly('tasks', tally.tasks, 635),
    ...exactly('final_state_equal', tally.finalStateEqual, 635),
    ...exactly('truth_writes', tally.truthWrites, 971),
    ...exactly('truth_committed', tally.truthCommitted, 947),
    ...exactly('truth_refused', tally.truthRefused.length, 24),
    ...exactly('truth_refused_tasks', refusedTasks, 23),
    ...atLeast('legal_variations', tally.legalVariations, 2_000),
    ...atLeast('legal_orders', orders, 600),
    ...atLeast('policy_only', tally.policyOnly, 4_000),
    ...atLeast('mutations', sum(Object.values(tally.mutations).map(({ tried }) => tried)), 8_000),
    ...Object.keys(classes).flatMap((name) =>
      atLeast(`mutations of ${name}`, tally.mutations[name]?.tried ?? 0, singleLayer.includes(name) ? 500 : 300),
    ),
  ]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
