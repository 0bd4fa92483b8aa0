/** A person, a service or a read tool says whether a run reached what it was for. */
import { CharterError } from '../errors.ts'
import { decideOutcome, foldOutcome, type Outcome } from '../outcomes/outcome.ts'
import { readOutcomeEvent } from '../outcomes/outcome-events.ts'
import { appendDecision } from './append-decision.ts'
import type { House } from './house.ts'

export interface OutcomeSaid {
  readonly run: string
  readonly reached: boolean
  readonly by: string
  readonly unsafe?: readonly string[]
  /** What the page of the run names as unsafe. */
  readonly known?: readonly string[]
  readonly note?: string | undefined
  /** The read tool that looked, and the run in which it was called. */
  readonly seen?: { readonly tool: string; readonly run: string }
}

export const outcomeStream = (run: string): string => `outcome/${run}`

/** Throws `run_not_found`, and `usage` while the run has not ended or for an unsafe outcome that the page does not name. */
export async function recordOutcome(house: House, said: OutcomeSaid): Promise<Outcome> {
  const { run, reached, by, unsafe = [], known = [], note, seen } = said
  await requireEnded(house, run)
  const stream = outcomeStream(run)
  await appendDecision(house, {
    stream,
    by,
    content: note === undefined ? {} : { note },
    decide: (events, refs) =>
      decideOutcome(foldOutcome(events.map(readOutcomeEvent)), {
        ...{ reached, run, by, unsafe, known, note: refs.note ?? null },
        ...(seen && { tool: seen.tool, seen_in: seen.run }),
      }),
  })
  return foldOutcome((await house.ledger.read(house.tenant, stream)).map(readOutcomeEvent))
}

async function requireEnded({ ledger, tenant }: House, run: string): Promise<void> {
  const { row } = await ledger.find(tenant, { row: { read: 'run', run } })
  if (!row) {
    throw new CharterError('run_not_found', `no run \`${run}\``, { hint: 'list the runs with `charter run list`' })
  }
  if (row.ended_at !== null) return
  throw new CharterError('usage', `run \`${run}\` has not ended: it is ${row.status}`, {
    hint: 'its outcome is known once it has',
  })
}
