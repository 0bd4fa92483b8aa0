/** The counts as the fields of the bench's row, and what of them is not as it must be. */
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Options } from './options.ts'
import type { Recording } from './record.ts'
import type { Replayed } from './replay.ts'

export interface ReportParts {
  readonly options: Options
  readonly recording: Recording
  readonly replayed: Replayed
  readonly control: Replayed
  readonly rebuilt: Rebuilt
  readonly seconds: number
}

export function reportOf({ options, recording, replayed, control, rebuilt, seconds }: ReportParts): BenchReport {
  const line = {
    acks: replayed.answers + replayed.sends,
    answers: replayed.answers,
    sends: replayed.sends,
    acks_before_sync: replayed.beforeSync.length,
    acks_unfounded: replayed.unfounded.length,
    answers_unseen: recording.heard - replayed.answers,
    sends_unseen: recording.arrived - replayed.sends,
    files_as_calls_say: replayed.picture === 'whole',
    events: replayed.events,
    commits: replayed.commits,
    syncs: replayed.syncs,
    cuts: replayed.cuts,
    cuts_with_unsynced: replayed.cutsWithUnsynced,
    cuts_by_command: replayed.cutsByCommand,
    lost_acknowledged: lostIn(replayed),
    damaged: replayed.faults.length - lostIn(replayed),
    control_violations: control.beforeSync.length + lostIn(control),
    control: { acks_before_sync: control.beforeSync.length, lost_acknowledged: lostIn(control) },
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    short: options.short,
    seconds,
  }
  const failures = [
    ...replayed.beforeSync.map((word) => `said before it was synced: ${word}`),
    ...replayed.unfounded.map((word) => `rests on no event: ${word}`),
    ...replayed.faults.map(({ cut, loss, fault, what }) => `cut at call ${cut}, unsynced ${loss}: ${fault}: ${what}`),
    ...(replayed.picture === 'whole' ? [] : [replayed.picture]),
    ...(line.answers_unseen === 0 ? [] : ['callers heard other answers than stand in the log of calls']),
    ...(line.sends_unseen === 0 ? [] : ['other writes reached the vendor than stand in the log of calls']),
    ...(line.control.acks_before_sync > 0 ? [] : ['without syncs nothing was said too early']),
    ...(line.control.lost_acknowledged > 0 ? [] : ['without syncs nothing was lost']),
    ...(rebuilt.same ? [] : ['a projection made again from the events is another']),
    ...(rebuilt.findsEdit ? [] : ['an edited projection was not found']),
    // A run in which nothing can be said too early shows nothing.
    ...atLeast('sends', line.sends, line.answers),
    ...atLeast('cuts_with_unsynced', line.cuts_with_unsynced, line.cuts / 2),
    ...(options.short ? [] : [...atLeast('acks', line.acks, 1_000), ...atLeast('cuts', line.cuts, 200)]),
  ]
  return { line, failures }
}

const lostIn = ({ faults }: Replayed): number => faults.filter(({ fault }) => fault === 'lost').length

const atLeast = (name: string, count: number, wanted: number): string[] =>
  count >= wanted ? [] : [`${name} is ${count}, not ${wanted} or more`]
