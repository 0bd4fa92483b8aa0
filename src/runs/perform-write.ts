/** A write that was allowed: dispatched under its locks, sent, and its outcome drafted. */

import { tellRefusal } from './answer-action.ts'
import { dispatch } from './dispatch.ts'
import { gatheredOf, judgeAction } from './judge-action.ts'
import type { Moving } from './moving.ts'
import type { Action } from './run.ts'
import { sendEffect } from './send-effect.ts'

/** How long between two looks at a subject that is busy with another effect. */
const lookAgainMs = 25

export async function performWrite(moving: Moving, action: Action): Promise<void> {
  const { world } = moving
  const tool = moving.tools.get(action.proposed.tool)
  if (!tool) return tellRefusal(moving, action, 'tool_unknown')
  const giveUpAt = world.clock.monotonic() + tool.deadlineMs
  for (let busy = false; !moving.signal.aborted; busy = true) {
    // While it waited the other effect may have changed what this one was judged on.
    if (busy) await judgeAction(moving, action)
    if (action.judged?.decision !== 'allow') return
    const answer = await dispatch(moving, action)
    if (answer.dispatched === 'refused') return
    if (answer.dispatched === 'sent') {
      const { input } = await gatheredOf(moving, action)
      return sendEffect(moving, tool, input, answer.sent, answer.begun)
    }
    if (world.clock.monotonic() >= giveUpAt) return tellRefusal(moving, action, 'subject_busy')
    await world.clock.wait(lookAgainMs, moving.signal)
  }
}
