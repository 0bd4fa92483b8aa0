/** Brings an effect without a clear outcome to one: by a re-send under all checks, by asking, or by leaving it open. */
import type { JsonObject } from '../json.ts'
import { callVerify } from '../tools/call-verify.ts'
import { retryDelay } from '../tools/retry-delay.ts'
import type { Tool } from '../tools/tool.ts'
import { dispatch } from './dispatch.ts'
import { type Effect, effectStatus, statusAfter } from './effect.ts'
import type { Journal } from './journal.ts'
import { gatheredOf } from './judge-action.ts'
import { type Moving, seal } from './moving.ts'
import type { Action } from './run.ts'
import { sendEffect } from './send-effect.ts'
import { wayOut } from './way-out.ts'

export async function resolveEffect(moving: Moving, action: Action, effect: Effect): Promise<void> {
  const { journal } = moving
  loseAttempt(journal, effect)
  const tool = moving.tools.get(action.proposed.tool)
  if (!tool) return giveUp(moving, effect)
  const { input } = await gatheredOf(moving, action)
  let maySend = true
  for (let verified = 0; !moving.signal.aborted; ) {
    const current = journal.run.effects.get(effect.id)
    if (!current || isClear(current)) return
    const way = wayOut(current, tool, { now: moving.world.clock.now(), maySend, verified })
    if (way.way === 'give_up') return giveUp(moving, current)
    if (way.way === 'send_again') maySend = await sendAgain(moving, action, tool, input, current)
    else {
      await verify(moving, tool, input, current, way.from)
      verified += 1
    }
  }
}

/** An attempt without an outcome, whose process is gone or has failed: nobody waits for it any more. */
export function loseAttempt(journal: Journal, effect: Effect): void {
  const attempt = effect.attempts.lastIndexOf('open') + 1
  if (attempt === 0) return
  const status = statusAfter(effect, attempt, 'unknown')
  journal.draft({ type: 'effect.unknown', body: { effect: effect.id, attempt, status, why: 'lost' } })
}

const isClear = ({ attempts, retryable }: Effect): boolean => {
  const status = effectStatus(attempts)
  return status === 'committed' || (status === 'not_committed' && !retryable)
}

/** Whether a further send was allowed; a stop, or anything else that says no now, leaves only asking. */
async function sendAgain(
  moving: Moving,
  action: Action,
  tool: Tool,
  input: JsonObject,
  effect: Effect,
): Promise<boolean> {
  const { world } = moving
  await world.clock.wait(retryDelay(tool.retry, effect.attempts.length, world.random), moving.signal)
  if (moving.signal.aborted) return false
  const answer = await dispatch(moving, action)
  if (answer.dispatched !== 'sent') return false
  await sendEffect(moving, tool, input, answer.sent, answer.begun)
  return true
}

async function verify(moving: Moving, tool: Tool, input: JsonObject, effect: Effect, from: number): Promise<void> {
  const { world, journal, signal } = moving
  await journal.commit()
  await world.clock.wait(Math.max(0, from - world.clock.now()), signal)
  if (signal.aborted) return
  const attempt = effect.attempts.length
  const asking = {
    key: effect.key,
    attempt,
    deadline: world.clock.now() + tool.deadlineMs,
    withinMs: tool.deadlineMs,
    signal,
  }
  const said = await callVerify(tool, input, asking, world.clock)
  if (said.answer === 'absent') {
    journal.draft({
      type: 'effect.not_committed',
      body: { effect: effect.id, attempt, status: 'not_committed', by: 'verify', retryable: true },
    })
  } else if (said.answer === 'committed') {
    const output =
      said.output?.ended === 'returned'
        ? ('accepted' as const)
        : said.output
          ? ('rejected' as const)
          : ('unseen' as const)
    const result = said.output?.ended === 'returned' ? { result: seal(moving, 'result', said.output.output) } : {}
    journal.draft({ type: 'effect.committed', body: { effect: effect.id, attempt, by: 'verify', output, ...result } })
  } else {
    await world.clock.wait(tool.settlesWithinMs, signal)
  }
}

function giveUp({ journal }: Moving, effect: Effect): void {
  journal.draft({ type: 'effect.given_up', body: { effect: effect.id, attempt: effect.attempts.length } })
}
