/** A named person says what became of an effect that nobody else can tell: it ends as committed or not. */
import { CharterError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { EffectRow } from '../ledger/reads.ts'
import type { House } from './house.ts'

export interface Settlement {
  readonly effect: string
  readonly outcome: 'committed' | 'not_committed'
  readonly by: string
}

/** Throws `effect_not_found`, `effect_settled`, or `usage` while an attempt may still be under way. */
export async function settleEffect(house: House, { effect, outcome, by }: Settlement): Promise<EffectRow> {
  const { ledger, tenant } = house
  const stream = `run/${effect.slice(0, Math.max(0, effect.lastIndexOf(':')))}`
  return ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream }],
    reads: { row: { read: 'effect', effect } },
    decide: ({ row }, now) => {
      if (!row)
        throw new CharterError('effect_not_found', `no effect \`${effect}\``, {
          hint: 'list the open ones with `charter effect list`',
        })
      refuseSettled(row, now)
      const common: JsonObject = { effect, attempt: row.attempt, by: 'settlement' }
      const event =
        outcome === 'committed'
          ? { type: 'effect.committed', v: 1, actor: by, body: { ...common, output: 'unseen' } }
          : {
              type: 'effect.not_committed',
              v: 1,
              actor: by,
              body: { ...common, status: 'not_committed', retryable: false },
            }
      return {
        append: [{ stream: `run/${row.run}`, after: 'outcome' as const, events: [event] }],
        answer: { ...row, status: outcome, settled_at: now },
      }
    },
  })
}

function refuseSettled({ effect, status, settles_by }: EffectRow, now: number): void {
  if (status === 'committed' || status === 'not_committed')
    throw new CharterError('effect_settled', `effect \`${effect}\` is already ${status}`)
  if (status === 'dispatched' && now < settles_by)
    throw new CharterError('usage', `effect \`${effect}\` may still be under way`, {
      hint: 'wait until its time to settle is over',
    })
}
