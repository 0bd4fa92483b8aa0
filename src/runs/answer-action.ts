/** Tells the model what became of an action: a result, or a structured error that it can act on. */

import { approvalMessage } from '../approvals/approval-message.ts'
import { type ErrorCode, errorCodes } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { type Effect, effectStatus, isSilent } from './effect.ts'
import type { ActionReturned, SubjectRef } from './events.ts'
import { gatheredOf } from './judge-action.ts'
import { type Moving, seal } from './moving.ts'
import { saidIn } from './payload-content.ts'
import type { Action } from './run.ts'

type Outcome = ActionReturned['outcome']

interface Telling {
  readonly outcome: Outcome
  readonly code?: ErrorCode
  readonly read?: readonly SubjectRef[]
  readonly timedOut?: boolean
  readonly called?: boolean
}

/** `content` is sealed here, unless it is content that already stands in the ledger. */
export function tell(
  moving: Moving,
  action: Action,
  content: { value: Json; ref?: PayloadRef },
  telling: Telling,
): void {
  const result = content.ref ?? seal(moving, 'result', content.value)
  moving.journal.draft({
    type: 'action.returned',
    body: {
      action: action.proposed.action,
      outcome: telling.outcome,
      ...(telling.code && { code: telling.code }),
      result,
      answer_digest: moving.world.sealer.digest(content.value),
      read: telling.read ?? [],
      timed_out: telling.timedOut ?? false,
      called: telling.called ?? false,
    },
  })
}

/** The same call was answered before in this run and nothing has changed since: the first answer is the answer. */
export async function replayAnswer(moving: Moving, action: Action): Promise<void> {
  const known = moving.journal.run.results.get(action.proposed.digest)
  if (!known) return
  const { result: ref } = known
  const content = ref
    ? { value: await moving.payloads.open(ref), ref }
    : { value: committed('the answer was not seen') }
  tell(moving, action, content, { outcome: 'replayed' })
}

export async function tellPreview(moving: Moving, action: Action): Promise<void> {
  const { preview, input } = await gatheredOf(moving, action)
  const asks = (action.judged?.asks ?? []).map(({ from, count }) => ({ from, count }))
  const needs = asks.length > 0 ? { needs_approval: asks } : {}
  const value = asJson({ dry_run: true, would: preview ?? { fields: input }, ...needs })
  tell(moving, action, { value }, { outcome: 'preview' })
}

/** A refusal, as the model is told of it: what, why, and what to do instead. */
export async function tellRefusal(moving: Moving, action: Action, code: ErrorCode): Promise<void> {
  const value: JsonObject = { error: await refusalOf(moving, action, code) }
  const isFailure = code === 'tool_failed' || code === 'tool_timeout'
  const outcome = code === 'not_attempted' ? 'not_attempted' : isFailure ? 'failed' : 'refused'
  tell(moving, action, { value }, { outcome, code, timedOut: code === 'tool_timeout' })
}

async function refusalOf(moving: Moving, action: Action, code: ErrorCode): Promise<JsonObject> {
  const approval = await endingOf(moving, action, code)
  const kept = action.judged?.judged ? saidIn(await moving.payloads.open(action.judged.judged)) : {}
  const rules = action.judged?.rules ?? []
  return {
    type: errorCodes[code].type,
    code,
    message: approval?.message ?? errorCodes[code].about,
    ...(approval && { hint: approval.hint }),
    ...(rules.length > 0 && { rules: [...rules] }),
    ...(kept.detail != null && { detail: kept.detail }),
    ...(kept.problems !== undefined && { problems: kept.problems.map(({ path, message }) => ({ path, message })) }),
    ...(kept.hint != null && { hint: kept.hint }),
  }
}

/** People's answer, in words that keep a no apart from silence. */
async function endingOf({ payloads }: Moving, { proposed, approval }: Action, code: ErrorCode) {
  if (code !== 'approval_denied' && code !== 'approval_expired') return undefined
  const reason = approval?.reason ? String(await payloads.open(approval.reason)) : undefined
  return approvalMessage({
    ending: code === 'approval_denied' ? 'denied' : 'expired',
    tool: proposed.tool,
    ...(approval?.group !== undefined && { group: approval.group }),
    ...(reason !== undefined && { reason }),
  })
}

/** The effect is settled, or nothing more is sent: what the model hears of it. */
export async function tellEffect(moving: Moving, action: Action, effect: Effect): Promise<void> {
  const status = effectStatus(effect.attempts)
  if (status === 'committed') return tellCommitted(moving, action, effect)
  const code: ErrorCode = status === 'not_committed' ? 'tool_failed' : 'effect_unknown'
  const value = {
    error: { type: errorCodes[code].type, code, message: errorCodes[code].about, attempts: effect.attempts.length },
  }
  tell(moving, action, { value }, { outcome: 'failed', code, timedOut: isSilent(effect) })
}

async function tellCommitted(moving: Moving, action: Action, effect: Effect): Promise<void> {
  if (effect.output === 'accepted' && effect.result) {
    const value = await moving.payloads.open(effect.result)
    return tell(moving, action, { value, ref: effect.result }, { outcome: 'result' })
  }
  const note = effect.output === 'rejected' ? 'the answer could not be used' : 'the answer was not seen'
  const code = effect.output === 'rejected' ? { code: 'output_rejected' as const } : {}
  tell(moving, action, { value: committed(note) }, { outcome: 'result', ...code })
}

const committed = (note: string): JsonObject => ({ status: 'committed', note })

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))
