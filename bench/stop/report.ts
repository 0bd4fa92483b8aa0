/** What was counted as the fields of the bench's row, and what of it is not as it must be. */
import type { JsonObject } from '../../src/json.ts'
import type { Rebuilt } from '../rebuild-ledger.ts'
import type { Counted } from './count.ts'

export interface Outcome {
  readonly counted: Counted
  readonly rebuilt: Rebuilt
  readonly controlViolations: number
  /** What went wrong with stops that were not acknowledged. */
  readonly troubles: readonly string[]
}

/** The others are of the same kind, mostly. */
const mostViolations = 20

export function reportOf(outcome: Outcome, { short }: { readonly short: boolean }) {
  const line = fieldsOf(outcome)
  const failures = [...zeros(outcome), ...times(line), ...(short ? [] : counts(line))]
  return { line, failures: [...failures, ...outcome.troubles] }
}

function fieldsOf({ counted, rebuilt, controlViolations }: Outcome) {
  return {
    stops: counted.stops,
    in_flight_p50: quantile(counted.inFlight, 0.5),
    in_flight_max: quantile(counted.inFlight, 1),
    suppressed: counted.suppressed,
    outside_scope_commits: counted.outsideScopeCommits,
    signed_under_draft: counted.signed,
    dispatched_after_committed: counted.dispatchedAfterCommitted.length,
    arrived_after_quiet: counted.arrivedAfterQuiet.length,
    unacknowledged: counted.unacknowledged,
    committed_ms_p50: quantile(counted.committedMs, 0.5),
    committed_ms_p99: quantile(counted.committedMs, 0.99),
    committed_ms_max: quantile(counted.committedMs, 1),
    by_command_line: counted.committedMsByCommandLine.length,
    by_command_line_ms_max: quantile(counted.committedMsByCommandLine, 1),
    quiet_past_deadline_ms_max: quantile(counted.quietPastDeadlineMs, 1),
    wire_ms_p99: quantile(counted.wireMs, 0.99),
    wire_ms_max: quantile(counted.wireMs, 1),
    engine_kills: counted.engineKills,
    resends: counted.resends,
    arrivals: counted.arrivals,
    events: counted.events,
    control_violations: controlViolations,
    rebuilt_same: rebuilt.same,
    rebuild_finds_edit: rebuilt.findsEdit,
  } satisfies JsonObject
}

type Fields = ReturnType<typeof fieldsOf>

function zeros({ counted, rebuilt, controlViolations }: Outcome): readonly string[] {
  return [
    ...counted.dispatchedAfterCommitted.slice(0, mostViolations),
    ...counted.arrivedAfterQuiet.slice(0, mostViolations),
    ...unless(counted.unacknowledged === 0, `${counted.unacknowledged} stops were not acknowledged`),
    ...unless(
      controlViolations > 0,
      'without the look under the locks nothing was dispatched too late: it shows nothing',
    ),
    ...unless(rebuilt.same, 'a projection made again from the events is another'),
    ...unless(rebuilt.findsEdit, 'a planted edit was not found by the rebuild'),
  ]
}

function times(line: Fields): readonly string[] {
  return [
    ...unless(line.committed_ms_p99 < 1_000, `committed after ${line.committed_ms_p99} ms at the 99th percentile`),
    ...unless(line.committed_ms_max < 5_000, `committed after ${line.committed_ms_max} ms at the longest`),
    ...unless(
      line.quiet_past_deadline_ms_max < 1_000,
      `quiet ${line.quiet_past_deadline_ms_max} ms past the last deadline`,
    ),
  ]
}

const least = { stops: 200, in_flight_p50: 8, suppressed: 200, outside_scope_commits: 200 } as const

function counts(line: Fields): readonly string[] {
  return Object.entries(least).flatMap(([name, count]) => {
    const reached = Number(Object.entries(line).find(([field]) => field === name)?.[1])
    return unless(reached >= count, `${name} is ${reached}, and at least ${count} is required`)
  })
}

const unless = (holds: boolean, failure: string): readonly string[] => (holds ? [] : [failure])

/** The smallest value that so large a part of all does not exceed, in whole numbers; zero of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0)
}
