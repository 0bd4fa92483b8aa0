/** An effect that was given up is not forgotten: its system of record is asked again, also after its run has ended. */
import { isCharterError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Effect } from './effect.ts'
import type { Moving } from './moving.ts'
import { gatheredIn } from './payload-content.ts'
import { giveUp } from './resolve-effect.ts'
import { verifyEffect } from './verify-effect.ts'

/** Whether any was due. */
export async function lookAgain(moving: Moving): Promise<boolean> {
  const { journal, world } = moving
  const now = world.ledger.now()
  const due = [...journal.run.effects.values()].filter(({ lookAt }) => lookAt !== undefined && lookAt <= now)
  for (const effect of due) if (!moving.signal.aborted) await lookAt(moving, effect)
  if (due.length > 0 && !moving.lost.aborted) await journal.commit()
  return due.length > 0
}

async function lookAt(moving: Moving, effect: Effect): Promise<void> {
  const tool = moving.tools.get(effect.last.tool)
  const input = tool?.verify && (await inputOf(moving, effect))
  // Nobody is left who could ask: a person settles it.
  if (!tool || input === undefined) return giveUp(moving, effect)
  const isClear = await verifyEffect(moving, tool, input, effect)
  if (!isClear && !moving.signal.aborted) giveUp(moving, effect, tool)
}

/** What it was sent with; nothing where that is no longer kept. */
async function inputOf({ payloads }: Moving, { judged }: Effect): Promise<JsonObject | undefined> {
  if (!judged) return undefined
  try {
    return gatheredIn(await payloads.open(judged)).input
  } catch (error) {
    if (isCharterError(error) && error.code === 'payload_erased') return undefined
    throw error
  }
}
