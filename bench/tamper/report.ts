/** What was counted as the fields of the bench's row, and what of it is not as it must be. */
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Missed } from './control.ts'
import { eventsIn, linesOf } from './export-lines.ts'
import type { Exported } from './make-exports.ts'
import type { Sampled } from './sample-by-command.ts'
import type { Tally } from './tally.ts'

interface Outcome {
  readonly tally: Tally
  readonly exported: Exported
  readonly refused: readonly string[]
  readonly sample: Sampled
  readonly controlMissed: Missed
  readonly rebuilt: Rebuilt
  readonly seconds: number
}

export function reportOf(outcome: Outcome, { short }: { readonly short: boolean }): BenchReport {
  const { tally, exported, refused, sample, controlMissed, rebuilt, seconds } = outcome
  const { rechained, ...byKind } = tally.byKind
  const line = {
    events: eventsIn(linesOf(exported.large)).length,
    export_bytes: exported.large.length,
    byte_export_events: eventsIn(linesOf(exported.small)).length,
    byte_export_bytes: exported.small.length,
    by_kind: Object.fromEntries(Object.entries(byKind).map(([kind, count]) => [kind, { ...count }])),
    rechained: rechained.edits,
    rechained_found: rechained.found,
    rechained_named: rechained.named,
    clean: exported.clean.length,
    clean_refused: refused.length,
    by_command: sample.tried,
    by_command_different: sample.different.length,
    control_missed: { ...controlMissed },
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    short,
    seconds,
  }
  const failures = [
    ...tally.missed,
    ...refused,
    ...sample.different,
    ...Object.entries(controlMissed).flatMap(([check, missed]) =>
      unless(missed > 0, `without the check of ${check} every edit was found all the same: it shows nothing`),
    ),
    ...unless(rebuilt.same, 'a projection made again from the events is another'),
    ...unless(rebuilt.findsEdit, 'a planted edit was not found by the rebuild'),
  ]
  return { line, failures: [...failures, ...(short ? [] : counts(outcome))] }
}

const least = { structural: 40, rechained: 1_000, clean: 100 } as const

function counts({ tally, exported }: Outcome): readonly string[] {
  const { delete: deleted, swap, insert, truncate, rechained, byte } = tally.byKind
  return [
    ...Object.entries({ deleted, swap, insert, truncate }).flatMap(([name, { edits }]) =>
      unless(edits >= least.structural, `${name}: ${edits} edits, and at least ${least.structural} are required`),
    ),
    ...unless(byte.edits >= exported.small.length, `${byte.edits} edits of ${exported.small.length} bytes`),
    ...unless(rechained.edits >= least.rechained, `${rechained.edits} rechained edits`),
    ...unless(exported.clean.length >= least.clean, `${exported.clean.length} clean exports`),
  ]
}

const unless = (holds: boolean, failure: string): readonly string[] => (holds ? [] : [failure])
