/** Brings an effect without a clear outcome to one: by a re-send under all checks, by asking, or by leaving it open. */
import type { JsonObject } from '../json.ts'
import { retryDelay } from '../tools/retry-delay.ts'
import type { Tool } from '../tools/tool.ts'
import { dispatch } from './dispatch.ts'
import { type Effect, effectStatus, statusAfter } from './effect.ts'
import type { Journal } from './journal.ts'
import { gatheredOf } from './judge-action.ts'
import type { Moving } from './moving.ts'
import type { Action } from './run.ts'
import { sendEffect } from './send-effect.ts'
import { verifyEffect } from './verify-effect.ts'
import { nextLook, type Tried, wayOut } from './way-out.ts'

export async function resolveEffect(moving: Moving, action: Action, effect: Effect): Promise<void> {
  const { journal, world } = moving
  loseAttempt(journal, effect)
  const tool = moving.tools.get(action.proposed.tool)
  if (!tool) return giveUp(moving, effect)
  const { input } = await gatheredOf(moving, action)
  let refused: Tried['refused']
  for (let verified = 0; !moving.signal.aborted; ) {
    const current = journal.run.effects.get(effect.id)
    if (!current || isClear(current)) return
    const way = wayOut(current, tool, { now: world.ledger.now(), refused, verified })
    switch (way.way) {
      case 'give_up':
        return giveUp(moving, current, tool)
      case 'wait_for_stop':
        if (await waitForStop(moving, action, way)) return
        refused = undefined
        break
      case 'send_again':
        refused = await sendAgain(moving, action, tool, input, current)
        break
      case 'verify':
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

/** Why a further send was refused; nothing when it was sent. */
async function sendAgain(
  moving: Moving,
  action: Action,
  tool: Tool,
  input: JsonObject,
  effect: Effect,
): Promise<Tried['refused']> {
  const { world } = moving
  await world.clock.wait(retryDelay(tool.retry, effect.attempts.length, world.random), moving.signal)
  if (moving.signal.aborted) return { stop: undefined }
  const answer = await dispatch(moving, action)
  if (answer.dispatched !== 'sent') return { stop: answer.dispatched === 'refused' ? answer.stop : undefined }
  await sendEffect(moving, tool, input, answer.sent, answer.begun)
  return undefined
}

async function verify(moving: Moving, tool: Tool, input: JsonObject, effect: Effect, from: number): Promise<void> {
  const { world, journal, signal } = moving
  await journal.commit()
  await world.clock.wait(Math.max(0, from - world.ledger.now()), signal)
  if (signal.aborted) return
  if (!(await verifyEffect(moving, tool, input, effect))) await world.clock.wait(tool.settlesWithinMs, signal)
}

/** Whether the run rests now; it does not when the stop was lifted in the meantime. */
function waitForStop(
  { journal }: Moving,
  { proposed }: Action,
  { stop, until }: { stop: string; until: number },
): Promise<boolean> {
  return journal.transact({
    locks: [],
    reads: { stops: { read: 'stops' } },
    decide: ({ stops }): { commit: boolean; answer: boolean } => {
      const isInForce = stops.some((row) => row.stop === stop)
      if (isInForce)
        journal.draft({ type: 'run.waiting', body: { awaits: 'stop', id: stop, action: proposed.action, until } })
      return { commit: true, answer: isInForce }
    },
  })
}

/** Nothing more is sent; where the tool can tell, it is asked again later what became of it. */
export function giveUp({ journal, world }: Pick<Moving, 'journal' | 'world'>, effect: Effect, tool?: Tool): void {
  const isOpen = effectStatus(effect.attempts) === 'unknown'
  const looks = effect.givenUp ? effect.looks + 1 : 0
  const lookAt = isOpen && tool ? nextLook(looks, effect.last.settles_by, tool, world.ledger.now()) : undefined
  journal.draft({
    type: 'effect.given_up',
    body: { effect: effect.id, attempt: effect.attempts.length, ...(lookAt !== undefined && { look_at: lookAt }) },
  })
}
