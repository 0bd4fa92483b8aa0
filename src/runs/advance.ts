/**
 * Moves one run as far as it goes: asks its state for the next step, performs it, and asks again, until the run ends
 * or waits. What was drafted is appended before anything leaves: with the next reservation, dispatch, question or end.
 */
import { replayAnswer, tellEffect, tellPreview, tellRefusal } from './answer-action.ts'
import { askModel, loseTurn } from './ask-model.ts'
import { askPeople, endPrevious } from './ask-people.ts'
import { callReads } from './call-reads.ts'
import { Circles } from './circles.ts'
import { endRun } from './end-run.ts'
import { escalate } from './escalate.ts'
import { judgeAction } from './judge-action.ts'
import type { Hindrance, Moving } from './moving.ts'
import { nextStep, type Step } from './next-step.ts'
import { performWrite } from './perform-write.ts'
import { resolveEffect } from './resolve-effect.ts'
import type { Action } from './run.ts'
import { wake } from './wake.ts'

/** False when what it waits for has not come. */
export async function advance(moving: Moving): Promise<boolean> {
  const { journal, pinned, signal, lost } = moving
  if (!(await wake(moving))) return false
  const circles = new Circles()
  while (!signal.aborted) {
    circles.note(journal.head.seq + journal.drafted)
    const step = nextStep(journal.run, pinned.page, journal.activeMs)
    if (step.step === 'rest') break
    if (journal.holdsOutcome && mayTakeLong.has(step.step)) await journal.commit()
    await perform(moving, step)
  }
  if (!lost.aborted) await journal.commit()
  return true
}

/** What came of a write is not held back while tools are called for something else. */
const mayTakeLong: ReadonlySet<Step['step']> = new Set(['judge', 'call', 'dispatch'])

async function perform(moving: Moving, step: Exclude<Step, { step: 'rest' }>): Promise<void> {
  switch (step.step) {
    case 'ask_model':
      return overcome(moving, await askModel(moving))
    case 'lose_turn':
      return loseTurn(moving)
    case 'judge':
      for (const action of step.actions) await judgeAction(moving, action)
      return
    case 'ask_people':
      return askPeople(moving, step.action)
    case 'answer':
      await cancelGrant(moving, step.action)
      return tellRefusal(moving, step.action, step.code)
    case 'replay':
      return replayAnswer(moving, step.action)
    case 'preview':
      return tellPreview(moving, step.action)
    case 'call':
      return callReads(moving, step.actions)
    case 'dispatch':
      return performWrite(moving, step.action)
    case 'resolve':
      return resolveEffect(moving, step.action, step.effect)
    case 'conclude':
      return tellEffect(moving, step.action, step.effect)
    case 'escalate':
      return escalate(moving, step)
    case 'end':
      return endRun(moving)
  }
}

/** People had said yes, and what was found afterwards says no. */
async function cancelGrant(moving: Moving, action: Action): Promise<void> {
  const code = action.judged?.code
  if (code === undefined || action.approval?.outcome !== 'granted') return
  await moving.journal.commit(await endPrevious(moving, action, 'cancel', code))
}

/** What kept the model from being asked. */
async function overcome(moving: Moving, hindrance: Hindrance | undefined): Promise<void> {
  const { journal, pinned, world } = moving
  switch (hindrance?.hindrance) {
    case 'bound':
      return escalate(moving, {
        code: 'budget_exceeded',
        escalation: pinned.page.escalation.onBudgetExceeded,
        bound: hindrance.bound,
      })
    case 'stopped':
      return journal.draft({ type: 'run.ended', body: { status: 'stopped', code: 'stopped' } })
    case 'later':
      await journal.commit()
      return world.clock.wait(hindrance.afterMs, moving.signal)
    default:
      return
  }
}
