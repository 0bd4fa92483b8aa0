/** Asks the system of record what became of an effect, and drafts what it says for certain. */
import type { JsonObject } from '../json.ts'
import type { Returned } from '../tools/call-tool.ts'
import type { VerifyOutcome } from '../tools/call-verify.ts'
import type { Tool } from '../tools/tool.ts'
import type { Effect } from './effect.ts'
import type { EffectCommitted } from './events.ts'
import { type Moving, seal } from './moving.ts'
import { placeOf, traceparentAt } from './trace-context.ts'

/** Whether it said anything for certain: `pending` and no answer leave the effect as it was. */
export async function verifyEffect(moving: Moving, tool: Tool, input: JsonObject, effect: Effect): Promise<boolean> {
  const { world, signal } = moving
  const { id, key, attempts } = effect
  const attempt = attempts.length
  const traceparent = traceparentAt(moving.journal.run, placeOf.effect(effect.action))
  const asking = {
    key,
    traceparent,
    attempt,
    deadline: world.ledger.now() + tool.deadlineMs,
    withinMs: tool.deadlineMs,
    signal,
  }
  const said = await world.calls.verify(tool, input, asking)
  if (said.answer === 'absent') {
    const body = { effect: id, attempt, status: 'not_committed', by: 'verify', retryable: !effect.givenUp } as const
    moving.journal.draft({ type: 'effect.not_committed', body })
    return true
  }
  if (said.answer !== 'committed') return false
  moving.journal.draft({
    type: 'effect.committed',
    body: { effect: id, attempt, by: 'verify', ...seen(moving, said.output) },
  })
  return true
}

type Seen = Extract<VerifyOutcome, { answer: 'committed' }>['output']

function seen(moving: Moving, output: Seen): Pick<EffectCommitted, 'output' | 'result'> {
  if (!output) return { output: 'unseen' }
  if (!isReturned(output)) return { output: 'rejected' }
  return { output: 'accepted', result: seal(moving, 'result', output.output) }
}

const isReturned = (output: NonNullable<Seen>): output is Returned => output.ended === 'returned'
