import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Control } from './control-process.ts'
import { wrongFigures } from './expected-figures.ts'
import type { Measured } from './measuring-process.ts'
import type { Options } from './options.ts'

export interface Found {
  readonly measured: Measured
  /** Keys that the tools saw; nothing where an earlier call filled the ledger. */
  readonly written: number | undefined
  readonly bytes: number
  readonly rebuilt: Rebuilt
  readonly control: Control
}

const required = { events: 1_000_000, runs: 20_000 }

/** What is aimed at: times and rates are for reading, so they end nothing. */
const aims: readonly [field: keyof Figures, most: 'at most' | 'at least', value: number][] = [
  ['open_run_p95_ms', 'at most', 100],
  ['list_p95_ms', 'at most', 150],
  ['verify_events_per_s', 'at least', 20_000],
  ['replay_events_per_s', 'at least', 5_000],
  ['bytes_per_event', 'at most', 2_000],
  ['rss_mb', 'at most', 512],
]

type Figures = ReturnType<typeof figuresOf>

export function reportOf(options: Options, found: Found): BenchReport {
  const { measured, written, rebuilt, control } = found
  const figures = figuresOf(found)
  const wrong = wrongFigures(options.runs, measured.reported.figures)
  const effects = measured.reported.figures.unknown_effects?.[1]
  const failures = [
    ...(options.short || figures.events >= required.events ? [] : [`${figures.events} events are too few`]),
    ...(options.short || figures.runs >= required.runs ? [] : [`${figures.runs} runs are too few`]),
    ...(measured.runs === options.runs ? [] : [`${measured.runs} runs were listed of ${options.runs}`]),
    ...(measured.verified.problems === 0 ? [] : [`verify found ${measured.verified.problems} problems`]),
    ...measured.replayed.different,
    ...wrong,
    ...(written === undefined || written === effects ? [] : [`${effects} effects, and the tools saw ${written}`]),
    ...(rebuilt.same ? [] : ['a rebuilt projection is another one']),
    ...(rebuilt.findsEdit ? [] : ['a rebuild does not find the planted edit']),
    ...(control.quiet ? [] : ['something was found in a run before it was changed']),
    ...(control.verifyFinds ? [] : ['verify does not name the refusal that was made a yes']),
    ...(control.replayFinds ? [] : ['replay does not name the refusal that was made a yes']),
  ]
  const missed = aims.filter(([field, side, value]) =>
    side === 'at most' ? figures[field] > value : figures[field] < value,
  )
  const zeros = {
    verify_problems: measured.verified.problems,
    replayed_runs: measured.replayed.runs,
    replay_different: measured.replayed.different.length,
    figures_checked: Object.keys(measured.reported.figures).length,
    figures_wrong: wrong.length,
  }
  const line = {
    ...figures,
    ...zeros,
    control_verify_finds: control.verifyFinds,
    control_replay_finds: control.replayFinds,
    short: options.short,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
    aims_missed: missed.map(([field, side, value]) => `${field} ${side} ${value}`),
  }
  return { line, failures }
}

function figuresOf({ measured, bytes }: Found) {
  const { open, list, verified, replayed, reported, runs, rssMb } = measured
  return {
    events: verified.events,
    runs,
    open_run_p95_ms: round(percentile95(open)),
    list_p95_ms: round(percentile95(list)),
    verify_events_per_s: Math.round((verified.events / verified.ms) * 1_000),
    replay_events_per_s: Math.round((replayed.events / Math.max(1, replayed.ms)) * 1_000),
    report_s: round(reported.ms / 1_000),
    report_events_per_s: Math.round((verified.events / reported.ms) * 1_000),
    bytes_per_event: Math.round(bytes / verified.events),
    rss_mb: rssMb,
  }
}

/** By nearest rank. */
export function percentile95(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0
}

const round = (value: number): number => Math.round(value * 10) / 10
