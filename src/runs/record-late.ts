/**
 * A call that was cut short came to an end after all: a late `committed` is always recorded, under any lease. It is the
 * one commit that can make two of what may be done once, because its key may have been let go meanwhile.
 */
import type { JsonObject } from '../json.ts'
import type { Lock } from '../ledger/ledger.ts'
import { readRunEvent } from './events.ts'
import { movedIn, type Window, windowReads } from './windows.ts'
import type { LateOutcome, World } from './world.ts'

export async function recordLate(world: World, { run, effect, attempt, outcome }: LateOutcome): Promise<void> {
  if (outcome.ended !== 'returned' && outcome.ended !== 'rejected_output') return
  const { ledger, tenant } = world
  const stream = `run/${run}`
  const held = await keysOf(world, stream, effect)
  await ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream }, ...held.map(({ key }): Lock => ({ lock: 'key', key }))],
    reads: { effect: { read: 'effect', effect }, ...windowReads(held) },
    decide: (found) => {
      if (found.effect?.status === 'committed') return { append: [], answer: undefined }
      const doubled = held.find((window) => movedIn(found, window).count > 0)?.key
      const body: JsonObject = {
        effect,
        attempt,
        by: 'attempt',
        output: 'unseen',
        ...(doubled !== undefined && { doubled }),
      }
      return {
        append: [{ stream, after: 'outcome', events: [{ type: 'effect.committed', v: 1, actor: 'late', body }] }],
        answer: undefined,
      }
    },
  })
}

/** The business keys that the effect reserved when it was dispatched; whoever else holds one now has done it too. */
async function keysOf({ ledger, tenant }: World, stream: string, effect: string): Promise<readonly Window[]> {
  const events = (await ledger.read(tenant, stream)).map(readRunEvent)
  const sent = events.findLast((event) => event.type === 'effect.dispatched' && event.body.effect === effect)
  const once = sent?.type === 'effect.dispatched' ? (sent.body.once ?? []) : []
  return once.map(({ key, within_ms: withinMs }) => ({ key, withinMs, except: effect }))
}
