/** The line of the bench, and what it lacks. */
import type { BenchReport } from '../bench.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Compared, Crossed } from './compare.ts'
import type { Options } from './options.ts'

export interface Found {
  readonly collector: string
  readonly runs: number
  readonly notDone: number
  readonly compared: Compared
  readonly crossed: Crossed
  readonly collectorRestarts: number
  readonly exporterKills: number
  /** Spans that a trusting exporter lost in the control. */
  readonly controlMissing: number
  readonly rebuilt: Rebuilt
}

export function reportOf(options: Options, found: Found): BenchReport {
  const { compared, crossed, rebuilt } = found
  const { aims } = options
  const line = {
    short: options.short,
    collector: found.collector,
    runs: found.runs,
    runs_not_done: found.notDone,
    spans: compared.spans,
    missing: compared.missing,
    extra: compared.extra,
    wrong_parent: compared.wrongParent,
    wrong_time: compared.wrongTime,
    resent: compared.resent,
    collector_restarts: found.collectorRestarts,
    exporter_kills: found.exporterKills,
    tool_calls_traced: crossed.calls,
    tool_calls_astray: crossed.wrong,
    control_missing: found.controlMissing,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
  }
  const failures = [
    ...atLeast('spans', line.spans, aims.spans),
    ...atLeast('collector_restarts', line.collector_restarts, aims.restarts),
    ...atLeast('exporter_kills', line.exporter_kills, 1),
    ...atLeast('tool_calls_traced', line.tool_calls_traced, found.runs),
    ...atLeast('control_missing', line.control_missing, 1),
    ...zero('runs_not_done', line.runs_not_done),
    ...zero('missing', line.missing),
    ...zero('extra', line.extra),
    ...zero('wrong_parent', line.wrong_parent),
    ...zero('wrong_time', line.wrong_time),
    ...zero('tool_calls_astray', line.tool_calls_astray),
    ...compared.examples,
    ...(rebuilt.same ? [] : ['a projection is another one when it is made again from the events']),
    ...(rebuilt.findsEdit ? [] : ['a rebuild does not find the planted edit']),
  ]
  return { line, failures }
}

/** A number that is none reaches nothing and is not zero. */
const atLeast = (name: string, value: number, aim: number) =>
  value >= aim ? [] : [`${name} is ${value}, and must be ${aim}`]
const zero = (name: string, value: number) => (value === 0 ? [] : [`${name} is ${value}, and must be 0`])
