/** One sending of an effect that was just dispatched, and what is known of it afterwards. */
import type { JsonObject } from '../json.ts'
import type { CallOutcome } from '../tools/call-tool.ts'
import type { Tool } from '../tools/tool.ts'
import { type AttemptOutcome, statusAfter } from './effect.ts'
import type { EffectDispatched, RunDraft } from './events.ts'
import { type Moving, seal } from './moving.ts'
import { placeOf, traceparentAt } from './trace-context.ts'

/** A send that has not begun so long after its commit is given up: what was checked may have changed. */
const latestStartMs = 1_000

export async function sendEffect(
  moving: Moving,
  tool: Tool,
  input: JsonObject,
  sent: EffectDispatched,
  begun: number,
): Promise<void> {
  const { world } = moving
  const { attempt, key, deadline } = sent
  const late = world.clock.monotonic() - begun
  if (late > latestStartMs) return draftNotBegun(moving, sent)
  const sending = {
    key,
    traceparent: traceparentAt(moving.journal.run, placeOf.attempt(sent.action, attempt)),
    attempt,
    deadline,
    withinMs: Math.max(1, tool.deadlineMs - late),
    signal: world.inFlight.enter(sent),
    onLate: (outcome: CallOutcome) => recordLate(moving, sent, outcome),
  }
  const outcome = await world.calls.call(tool, input, sending).finally(() => world.inFlight.leave(sent))
  await world.breakers.note(tool, outcome)
  // The next holder of the lease goes by what it finds; what came of this attempt is told beside it.
  if (moving.lost.aborted) return recordLate(moving, sent, outcome)
  draftOutcome(moving, sent, outcome)
}

/** What is as unknown as it was is no news. */
function recordLate({ world, journal }: Moving, { effect, attempt }: EffectDispatched, outcome: CallOutcome): void {
  const late = { run: journal.run.id, effect, attempt }
  const isCommitted = outcome.ended === 'returned' || outcome.ended === 'rejected_output'
  if (isCommitted) world.recordLate({ ...late, outcome: 'committed', retryable: false })
  if (outcome.ended === 'not_committed')
    world.recordLate({ ...late, outcome: 'not_committed', retryable: outcome.retryable })
}

function draftNotBegun(moving: Moving, { effect, attempt }: EffectDispatched): void {
  const status = statusOf(moving, effect, attempt, 'not_committed')
  moving.journal.draft({
    type: 'effect.not_committed',
    body: { effect, attempt, status, by: 'not_begun', retryable: true },
  })
}

const statusOf = ({ journal }: Moving, effect: string, attempt: number, outcome: AttemptOutcome) =>
  statusAfter(journal.run.effects.get(effect), attempt, outcome)

function draftOutcome(moving: Moving, { effect, attempt }: EffectDispatched, outcome: CallOutcome): void {
  moving.journal.draft(outcomeDraft(moving, effect, attempt, outcome))
}

function outcomeDraft(moving: Moving, effect: string, attempt: number, outcome: CallOutcome): RunDraft {
  const common = { effect, attempt }
  switch (outcome.ended) {
    case 'returned': {
      const result = seal(moving, 'result', outcome.output)
      return { type: 'effect.committed', body: { ...common, by: 'attempt', output: 'accepted', result } }
    }
    case 'rejected_output': {
      const problems = outcome.problems.map(({ path, message }) => ({ path, message }))
      const result = seal(moving, 'result', { problems, bytes: outcome.bytes })
      return { type: 'effect.committed', body: { ...common, by: 'attempt', output: 'rejected', result } }
    }
    case 'not_committed': {
      const reason = seal(moving, 'result', outcome.message)
      const status = statusOf(moving, effect, attempt, 'not_committed')
      const { retryable } = outcome
      return { type: 'effect.not_committed', body: { ...common, status, by: 'attempt', retryable, reason } }
    }
    default: {
      const reason = seal(moving, 'result', outcome.message)
      const status = statusOf(moving, effect, attempt, 'unknown')
      return { type: 'effect.unknown', body: { ...common, status, why: outcome.why, reason } }
    }
  }
}
