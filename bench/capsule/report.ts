import type { JsonObject } from '../../src/json.ts'
import type { BenchReport } from '../bench.ts'

/** What was counted on one database. */
export interface Counts {
  bytes: number
  edits: number
  found: number
  resigned: number
  resigned_found: number
  /** Of the forged files, those that hold against the forger's own key: all of them are whole in themselves. */
  resigned_whole: number
  clean: number
  clean_refused: number
  page_data_edits: number
  page_found: number
  replayed: number
  replayed_same: number
  network_calls: number
  rebuilt_same: boolean
  rebuild_finds_edit: boolean
}

export const noCounts = (): Counts => ({
  bytes: 0,
  edits: 0,
  found: 0,
  resigned: 0,
  resigned_found: 0,
  resigned_whole: 0,
  clean: 0,
  clean_refused: 0,
  page_data_edits: 0,
  page_found: 0,
  replayed: 0,
  replayed_same: 0,
  network_calls: 0,
  rebuilt_same: false,
  rebuild_finds_edit: false,
})

export interface Controls {
  /** Calls that strace sees of a process that does reach for the network. */
  readonly network: number
  /** Edits that a check misses which runs without the hash of the capsule. */
  readonly missed: number
}

export function reportOf(
  byDb: Readonly<Record<string, Counts>>,
  controls: Controls,
  missed: readonly string[],
  seconds: number,
): BenchReport {
  const failures = Object.entries(byDb).flatMap(([database, counts]) =>
    failuresOf(counts).map((failure) => `${database}: ${failure}`),
  )
  if (controls.network === 0) failures.push('strace sees no call of a process that reaches for the network')
  if (controls.missed === 0) failures.push('the control misses nothing either')
  const every = (field: 'rebuilt_same' | 'rebuild_finds_edit') => Object.values(byDb).every((counts) => counts[field])
  const line: JsonObject = {
    by_db: Object.fromEntries(Object.entries(byDb).map(([database, counts]) => [database, { ...counts }])),
    control_network_calls: controls.network,
    control_missed: controls.missed,
    rebuilt_same: every('rebuilt_same'),
    rebuild_finds_edit: every('rebuild_finds_edit'),
    seconds,
  }
  return { line, failures: [...failures, ...missed] }
}

function failuresOf(counts: Counts): string[] {
  const pairs = [
    ['edits', 'found'],
    ['resigned', 'resigned_found'],
    ['resigned', 'resigned_whole'],
    ['page_data_edits', 'page_found'],
    ['replayed', 'replayed_same'],
  ] as const
  return [
    ...pairs.flatMap(([all, some]) =>
      counts[all] > 0 && counts[all] === counts[some] ? [] : [`${some} is ${counts[some]} of ${counts[all]} ${all}`],
    ),
    ...(counts.clean > 0 && counts.clean_refused === 0 ? [] : [`${counts.clean_refused} of ${counts.clean} refused`]),
    ...(counts.network_calls === 0 ? [] : [`${counts.network_calls} calls to the network`]),
    ...(counts.rebuilt_same && counts.rebuild_finds_edit ? [] : ['the rebuilt ledger differs, or hides an edit']),
  ]
}
