/** Ends a run that trying again will not mend, so that it is not tried for ever. */
import { type ErrorCode, isCharterError } from '../errors.ts'
import { isUnclear } from './effect.ts'
import type { Journal } from './journal.ts'
import { giveUp, loseAttempt } from './resolve-effect.ts'
import { isEnded } from './run.ts'
import type { World } from './world.ts'

export async function failRun(world: World, journal: Journal, error: unknown): Promise<void> {
  if (isEnded(journal.run)) return
  const code: ErrorCode = isCharterError(error) ? error.code : 'internal'
  leaveEffects(world, journal)
  journal.draft({ type: 'run.ended', body: { status: 'failed', code } })
  await journal.commit()
}

/** No run will settle them any more: they are asked about again, or left to a person. */
function leaveEffects(world: World, journal: Journal): void {
  const tools = world.toolsOf(journal.run.started?.agent ?? '')
  for (const effect of journal.run.effects.values()) {
    loseAttempt(journal, effect)
    const known = journal.run.effects.get(effect.id)
    if (known && isUnclear(known)) giveUp({ journal, world }, known, tools.get(known.last.tool))
  }
}
