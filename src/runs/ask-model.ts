/** One turn's model call: reserve what it may cost at most, append that, ask, and record what came of it. */
import { allowTurn } from '../budgets/run-budget.ts'
import { sharedBudgets } from '../budgets/shared-budget.ts'
import { CharterError, type ErrorCode, isCharterError } from '../errors.ts'
import { modelFailureOf } from '../models/model-failure.ts'
import { compareModelIdentity } from '../models/model-identity.ts'
import type { ModelAnswer } from '../models/model-request.ts'
import { effectiveStage } from '../stops/stop.ts'
import { type GroundFound, groundReads } from './brought.ts'
import type { RunDraft, TurnStarted, Usage } from './events.ts'
import { type Hindrance, type Moving, seal } from './moving.ts'
import { boundsOf, spentBy } from './next-step.ts'
import { proposeActions } from './propose-actions.ts'
import type { Reservation } from './shared-spending.ts'

/** Longest that a model may think where the page does not bound the run's time, milliseconds. */
const modelDeadlineMs = 120_000
const wantedCompletion = 4096

export async function askModel(moving: Moving): Promise<Hindrance | undefined> {
  const { world, journal, pinned, payloads, tools, conversation } = moving
  const model = pinned.page.models.default
  if (model === undefined)
    throw new CharterError('model_unknown', 'the page names no model', { hint: 'add `models: { default: … }`' })
  // A model that cannot be had is no call: nothing is reserved for it, and nothing charged.
  const ask = await world.model(model)
  const shown = world.offers.shownTools(pinned, tools)
  const { request, promptTokens } = await conversation.ask(journal.run, pinned.page, shown, payloads)
  const reserved = await reserveTurn(moving, model, promptTokens)
  if ('hindrance' in reserved) return reserved
  const started = journal.run.turn?.started
  if (!started) throw new CharterError('internal', 'a turn was reserved and is not there')
  try {
    const { max_completion_tokens: maxOutputTokens } = started
    const within = { withinMs: timeLimit(moving), signal: moving.signal }
    const answer = await ask({ ...request, maxOutputTokens }, within)
    await recordAnswer(moving, started, answer, reserved)
    return undefined
  } catch (thrown) {
    if (moving.signal.aborted) throw thrown
    return failTurn(moving, started, thrown)
  }
}

/** A model call whose answer was lost with its process: it settles at its whole reservation, because it may be charged. */
export function loseTurn({ journal }: Moving): void {
  const started = journal.run.turn?.started
  if (!started) return
  journal.draft({
    type: 'turn.failed',
    body: {
      turn: started.turn,
      code: 'model_failed',
      retryable: true,
      timed_out: false,
      lost: true,
      usage: started.reserved,
      estimated: true,
    },
  })
}

/** Reserves what the turn may cost at most and appends that; a bound, or a stop that aborts, hinders. */
async function reserveTurn(moving: Moving, model: string, promptTokens: number): Promise<Hindrance | Reservation> {
  const { world, journal, pinned } = moving
  const { run } = journal
  const price = {
    promptTokens,
    cost: (prompt: number, completion: number) => world.prices.worstCase(model, prompt, completion),
  }
  const allowance = allowTurn(boundsOf(run, pinned.page), spentBy(run, journal.activeMs), price, wantedCompletion)
  if (!allowance.afford) return { hindrance: 'bound', bound: allowance.bound }
  const shared = await world.spending.reserve(sharedBy(moving), allowance.costMicroUsd)
  if ('bound' in shared) return { hindrance: 'bound', bound: shared.bound }
  const reserved = {
    prompt_tokens: allowance.promptTokens,
    completion_tokens: allowance.completionTokens,
    cost_micro_usd: allowance.costMicroUsd,
  }
  const body = { turn: run.spent.turns + 1, model, reserved, max_completion_tokens: allowance.completionTokens }
  const hindrance = await startUnlessStopped(moving, { type: 'turn.started', body })
  if (!hindrance) return shared
  shared.settle(0)
  return hindrance
}

async function startUnlessStopped(moving: Moving, started: RunDraft): Promise<Hindrance | undefined> {
  const { world, journal, pinned, brought } = moving
  let seen: GroundFound | undefined
  const hindrance = await journal.transact({
    locks: [],
    reads: groundReads(moving),
    rides: true,
    expect: brought.latest,
    decide: (found): { commit: boolean; answer: Hindrance | undefined } => {
      seen = found
      const { stops } = found
      const thing = { agent: journal.run.started?.agent ?? '', environment: world.environment }
      const { level, stop } = effectiveStage(pinned.page.agent.stage, stops, thing)
      if (level === 'abort') return { commit: false, answer: { hindrance: 'stopped', stop: stop ?? '' } }
      journal.draft(started)
      return { commit: true, answer: undefined }
    },
  })
  if (seen) brought.keep(seen)
  return hindrance
}

const sharedBy = ({ world, journal, pinned }: Moving) =>
  sharedBudgets(pinned.page.sharedBudgets, { environment: world.environment, ...journal.run.started })

/** How long the model may think, milliseconds. */
function timeLimit({ journal, pinned }: Moving): number {
  const { activeMs } = boundsOf(journal.run, pinned.page)
  const left = activeMs === undefined ? modelDeadlineMs : activeMs - journal.run.spent.active_ms
  return Math.max(1, Math.min(modelDeadlineMs, left))
}

async function recordAnswer(
  moving: Moving,
  started: TurnStarted,
  answer: ModelAnswer,
  reserved: Reservation,
): Promise<void> {
  const { journal, world } = moving
  const usage = settledUsage(started, answer, world.prices.costOf(started.model, answer.usage).microUsd)
  reserved.settle(usage.cost_micro_usd)
  const identity = compareModelIdentity(started.model, answer.answeredModel, journal.run.answeredModel)
  const isEmpty = answer.toolCalls.length === 0 && !answer.text?.trim()
  const calls = identity === 'changed' ? 0 : answer.toolCalls.length
  journal.draft({
    type: 'turn.answered',
    body: {
      turn: started.turn,
      model: started.model,
      ...(answer.answeredModel !== undefined && { answered_model: answer.answeredModel }),
      identity,
      usage,
      finish: isEmpty ? 'invalid' : answer.finish,
      answer: seal(moving, 'prompt', asJson(answer)),
      calls,
      latency_ms: answer.latencyMs,
    },
  })
  if (identity === 'changed') {
    journal.draft({ type: 'run.ended', body: { status: 'failed', code: 'model_changed' } })
    return
  }
  await proposeActions(moving, started.turn, answer)
}

/** What the provider said it used; where it said nothing, the whole reservation. */
function settledUsage(started: TurnStarted, answer: ModelAnswer, costMicroUsd: number) {
  const { usage } = answer
  const details = { cached_prompt_tokens: usage.cachedPromptTokens, reasoning_tokens: usage.reasoningTokens }
  if (usage.estimated) return { ...started.reserved, ...details }
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    cost_micro_usd: costMicroUsd,
    ...details,
  }
}

function failTurn(moving: Moving, started: TurnStarted, thrown: unknown): Hindrance | undefined {
  const failure = modelFailureOf(thrown)
  const code: ErrorCode = isCharterError(thrown) ? thrown.code : 'model_failed'
  const usage: Usage = started.reserved
  const { journal } = moving
  journal.draft({
    type: 'turn.failed',
    body: {
      turn: started.turn,
      code,
      retryable: failure?.retryable ?? false,
      timed_out: failure?.timedOut ?? false,
      lost: false,
      why: seal(moving, 'prompt', thrown instanceof Error ? thrown.message : String(thrown)),
      usage,
      estimated: true,
      ...(failure?.retryAfterMs !== undefined && { retry_after_ms: failure.retryAfterMs }),
    },
  })
  if (!failure?.retryable) journal.draft({ type: 'run.ended', body: { status: 'failed', code } })
  return failure?.retryAfterMs === undefined ? undefined : { hindrance: 'later', afterMs: failure.retryAfterMs }
}

const asJson = (answer: ModelAnswer) => JSON.parse(JSON.stringify(answer))
