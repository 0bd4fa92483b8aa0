/** A call that was cut short came to an end after all: a late `committed` is always recorded, under any lease. */
import type { JsonObject } from '../json.ts'
import type { LateOutcome, World } from './world.ts'

export async function recordLate(
  { ledger, tenant }: World,
  { run, effect, attempt, outcome }: LateOutcome,
): Promise<void> {
  if (outcome.ended !== 'returned' && outcome.ended !== 'rejected_output') return
  const stream = `run/${run}`
  const body: JsonObject = { effect, attempt, by: 'attempt', output: 'unseen' }
  await ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream }],
    reads: { effect: { read: 'effect', effect } },
    decide: ({ effect: row }) => {
      if (row?.status === 'committed') return { append: [], answer: undefined }
      return {
        append: [{ stream, after: 'outcome', events: [{ type: 'effect.committed', v: 1, actor: 'late', body }] }],
        answer: undefined,
      }
    },
  })
}
