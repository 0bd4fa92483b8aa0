/** The desk's own log against the ledger, write by write: what was committed there, and what is said of it here. */

import type { Trace } from '../../../src/traces/trace.ts'
import type { TracedAction } from '../../../src/traces/traced-action.ts'
import type { TracedEffect } from '../../../src/traces/traced-effect.ts'
import type { Arrival, Commit } from '../desk/witness.ts'

export interface Write {
  readonly key: string
  readonly run: string
  readonly tool: string
  readonly status: TracedEffect['status']
  /** Cents, of a refund. */
  readonly minor: number | undefined
  readonly attempts: number
  readonly arrivals: number
  readonly commits: readonly Commit[]
}

export interface Reckoning {
  readonly writes: readonly Write[]
  /** Commits beyond the first under one key. */
  readonly duplicates: number
  /** Everything on which the two do not agree, as sentences. */
  readonly disagreements: readonly string[]
}

export interface Log {
  readonly arrivals: readonly Arrival[]
  readonly commits: readonly Commit[]
}

export function reckon(traces: readonly Trace[], log: Log): Reckoning {
  const writes = traces.flatMap((trace) => writesOf(trace, log))
  const known = new Set(writes.map(({ key }) => key))
  const strange = log.commits.filter(({ idempotency_key: key }) => key === null || !known.has(key))
  return {
    writes,
    duplicates: writes.reduce((sum, { commits }) => sum + Math.max(0, commits.length - 1), 0),
    disagreements: [
      ...writes.flatMap(compareWrite),
      ...strange.map(({ kind, id }) => `the desk committed ${kind} ${id}, of which the ledger knows nothing`),
    ],
  }
}

/** Every write that a run sent, with what reached the desk under its key. */
export function writesOf({ run, actions }: Trace, { arrivals, commits }: Log): Write[] {
  return actions.flatMap((action) =>
    action.effects.map(({ key, status, attempts }) => ({
      key,
      run,
      tool: action.proposed.tool,
      status,
      minor: centsOf(action),
      attempts: attempts.length,
      arrivals: arrivals.filter(({ method, idempotency_key }) => method === 'POST' && idempotency_key === key).length,
      commits: commits.filter(({ idempotency_key }) => idempotency_key === key),
    })),
  )
}

function centsOf({ input }: TracedAction): number | undefined {
  const amount = input?.amount
  return typeof amount === 'object' && amount !== null && 'minor' in amount ? Number(amount.minor) : undefined
}

/** What the two say differently of one write. */
export function compareWrite({ key, tool, status, minor, commits }: Write): string[] {
  const [commit, ...more] = commits
  if (more.length > 0) return [`the desk committed ${commits.length} times under ${key}`]
  if (!commit)
    return status === 'committed' ? [`the ledger says that ${tool} ${key} was committed; the desk has nothing`] : []
  if (status !== 'committed') return [`the desk committed ${commit.id} under ${key}; the ledger says ${status}`]
  if (commit.kind === 'refund' && commit.amount_minor !== minor)
    return [`the desk refunded ${commit.amount_minor} cents under ${key}; the ledger says ${minor}`]
  return []
}
