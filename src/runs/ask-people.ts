/** Puts one exact action to people: the question in its own stream, and the run at rest until they answer. */

import { type Approval, decideApproval, foldApproval, noApproval } from '../approvals/approval.ts'
import type { ApprovalEvent } from '../approvals/approval-events.ts'
import { CharterError, type ErrorCode } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Json } from '../json.ts'
import type { EventDraft, SealedPayload } from '../ledger/event.ts'
import type { Append } from '../ledger/ledger.ts'
import type { Head } from './journal.ts'
import { approvalDigest, gatheredOf } from './judge-action.ts'
import type { Moving } from './moving.ts'
import type { Action } from './run.ts'
import { startedOf } from './started-of.ts'

/** What a person is shown; the digest covers its arguments, facts and preview fields. */
export interface ApprovalQuestion {
  readonly tool: string
  readonly arguments: Json
  readonly facts: Json
  readonly subjects: readonly { kind: string; id: string }[]
  readonly preview: Json
  readonly intent: Json
  readonly rules: readonly string[]
}

const shortestWaitMs = 1_000

export async function askPeople(moving: Moving, action: Action): Promise<void> {
  const { world, journal } = moving
  const { judged, proposed } = action
  if (!judged || judged.asks.length === 0) throw new CharterError('internal', 'nobody is to be asked')
  const gathered = await gatheredOf(moving, action)
  const id = newId('apr', world.clock, world.random)
  const stream = `approval/${id}`
  await world.sealer.prepare(stream)
  const question = world.sealer.seal(stream, 1, 'approval', asJson(questionOf(action, gathered, judged.rules)))
  const now = world.ledger.now()
  const until = now + Math.max(shortestWaitMs, Math.min(...judged.asks.map((ask) => ask.expires_in_ms)))
  const started = startedOf(moving)
  const events = decideApproval(noApproval, {
    type: 'request',
    now,
    approval: id,
    run: journal.run.id,
    action: proposed.action,
    agent: started.agent,
    tool: proposed.tool,
    risk: moving.pinned.tools.get(proposed.tool)?.risk ?? 'high',
    digest: approvalDigest(moving, action, gathered),
    steps: judged.asks.map(({ from, count }) => ({ from, count })),
    expires_at: until,
    question: question.ref,
    ...(started.on_behalf_of !== undefined && { requester: started.on_behalf_of }),
    ...(action.approval?.outcome === 'granted' && { supersedes: action.approval.id }),
    ...(proposed.edited_by && { signatures: [proposed.edited_by] }),
  })
  const beside = [
    appendTo(stream, { seq: 0, hash: '' }, events, [question.payload]),
    ...(await endPrevious(moving, action, 'supersede', 'approval_superseded')),
  ]
  journal.draft({ type: 'run.waiting', body: { awaits: 'approval', id, action: proposed.action, until } })
  await journal.commit(beside, [{ lock: 'stream', stream }])
}

const questionOf = (
  action: Action,
  gathered: Awaited<ReturnType<typeof gatheredOf>>,
  rules: readonly string[],
): ApprovalQuestion => ({
  tool: `${action.proposed.tool}@${action.proposed.version}`,
  arguments: gathered.input,
  facts: gathered.facts,
  subjects: gathered.subjects,
  preview: asJson(gathered.preview ?? null),
  intent: asJson(gathered.intent ?? null),
  rules,
})

/** A grant that no longer lets anything happen is ended where people look for it: cancelled, or superseded by a new question. */
export async function endPrevious(
  moving: Moving,
  action: Action,
  how: 'cancel' | 'supersede',
  code: ErrorCode,
): Promise<readonly Append[]> {
  if (action.approval?.outcome !== 'granted') return []
  const stream = `approval/${action.approval.id}`
  const { approval, head } = await readApproval(moving, action.approval.id)
  const events = decideApproval(approval, { type: how, code, now: moving.world.ledger.now() })
  return events.length > 0 ? [appendTo(stream, head, events)] : []
}

/** The question as it stands, and the head that says so: whoever answers in between makes an append onto it fail. */
export async function readApproval(
  { world }: Pick<Moving, 'world'>,
  id: string,
): Promise<{ approval: Approval; head: Head }> {
  const events = await world.ledger.read(world.tenant, `approval/${id}`, 0, 'latest')
  const last = events.at(-1)
  return { approval: foldApproval(events), head: { seq: last?.seq ?? 0, hash: last?.hash ?? '' } }
}

export const appendTo = (
  stream: string,
  after: Head,
  events: readonly ApprovalEvent[],
  payloads: readonly SealedPayload[] = [],
): Append => ({
  stream,
  after,
  events: events.map(
    ({ type, body }): EventDraft => ({ type, v: 1, actor: 'engine', body: JSON.parse(JSON.stringify(body)) }),
  ),
  payloads,
})

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))
