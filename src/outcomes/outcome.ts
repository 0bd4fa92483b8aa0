/**
 * Whether a run reached what it was for. What was said last holds: a refund that settled on Tuesday may bounce on
 * Friday, and both stay in the ledger.
 */
import { CharterError, nearest } from '../errors.ts'
import type { OutcomeEvent, OutcomeRecorded } from './outcome-events.ts'

export interface Outcome {
  readonly status: 'none' | 'verified' | 'failed'
  readonly unsafe: readonly string[]
  readonly recorded?: OutcomeRecorded
}

const noOutcome: Outcome = { status: 'none', unsafe: [] }

export const foldOutcome = (events: readonly OutcomeEvent[]): Outcome =>
  events.reduce<Outcome>(
    (outcome, { type, body }) => ({
      status: type === 'outcome.verified' ? 'verified' : 'failed',
      // What was once found to be unsafe is not made safe by looking again.
      unsafe: [...new Set([...outcome.unsafe, ...body.unsafe])],
      recorded: body,
    }),
    noOutcome,
  )

export interface OutcomeCommand extends OutcomeRecorded {
  readonly reached: boolean
  /** What the page knows as unsafe; nothing where it names no outcome. */
  readonly known: readonly string[]
}

/** The same said again by the same is said once. Throws `usage` for an unsafe outcome that the page does not name. */
export function decideOutcome(outcome: Outcome, { reached, known, ...body }: OutcomeCommand): readonly OutcomeEvent[] {
  for (const name of body.unsafe) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    throw new CharterError('usage', `the page names no unsafe outcome \`${name}\``, {
      param: '--unsafe',
      hint: near === undefined ? `it names ${known.join(', ') || 'none'}` : `did you mean \`${near}\`?`,
    })
  }
  const type = reached ? 'outcome.verified' : 'outcome.failed'
  const isKnown =
    outcome.status === (reached ? 'verified' : 'failed') &&
    outcome.recorded?.by === body.by &&
    body.note === null &&
    body.unsafe.every((name) => outcome.unsafe.includes(name))
  return isKnown ? [] : [{ type, body }]
}
