/** A person's answer to a question: yes, no, or another action instead. */
import {
  type Approval,
  type ApprovalAnswer,
  decideApproval,
  evolveApproval,
  lateAnswer,
  noApproval,
} from '../approvals/approval.ts'
import { readApprovalEvent } from '../approvals/approval-events.ts'
import { CharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { LedgerEvent, PayloadRef } from '../ledger/event.ts'
import { appendDecision } from './append-decision.ts'
import type { House } from './house.ts'

export interface Answer {
  readonly approval: string
  /** The principal who answers, and the groups that the group file gives them. */
  readonly by: string
  readonly groups: readonly string[]
  /** Of the question as it was shown; without it, of the question as it stands. */
  readonly digest?: string | undefined
  readonly answer:
    | { readonly type: 'grant' }
    | { readonly type: 'deny'; readonly reason: string }
    | { readonly type: 'edit'; readonly arguments: Json }
}

/** Throws `approval_not_found`, `approval_expired`, `approval_already_settled`, `approval_stale`, `approver_not_allowed`. */
export async function answerApproval(house: House, answer: Answer): Promise<Approval> {
  const stream = `approval/${answer.approval}`
  const named = await subjectGroups(house, stream, answer.by)
  let late: CharterError | undefined
  await appendDecision(house, {
    stream,
    by: answer.by,
    content: contentOf(answer),
    decide(events, refs, now) {
      const approval = fold(events)
      const command = commandOf(answer, [...answer.groups, ...named], approval, refs, now)
      const decided = decideApproval(approval, command)
      late = lateAnswer(command, decided)
      return decided
    },
  })
  if (late) throw late
  return fold(await house.ledger.read(house.tenant, stream))
}

const fold = (events: readonly LedgerEvent[]): Approval =>
  events.reduce((state: Approval, event) => evolveApproval(state, readApprovalEvent(event)), noApproval)

function contentOf({ answer }: Answer): Record<string, Json> {
  if (answer.type === 'deny') return answer.reason.trim() === '' ? {} : { reason: answer.reason }
  return answer.type === 'edit' ? { arguments: answer.arguments } : {}
}

function commandOf(
  { approval, by, digest, answer }: Answer,
  groups: readonly string[],
  state: Approval,
  refs: Readonly<Record<string, PayloadRef>>,
  now: number,
): ApprovalAnswer {
  if (state.status === 'none') {
    throw new CharterError('approval_not_found', `no approval \`${approval}\``, {
      hint: 'list the open ones with `charter approval list`',
    })
  }
  const common = { by, groups, digest: digest ?? state.asked.digest, now }
  if (answer.type === 'grant') return { ...common, type: 'sign' }
  if (answer.type === 'deny') return { ...common, type: 'deny', reason: refs.reason ?? null }
  if (!refs.arguments) throw new CharterError('usage', 'an edit needs the new arguments', { param: 'arguments' })
  return { ...common, type: 'edit', arguments: refs.arguments }
}

/** `subject:customer` asks the very person whom the action's subject of that kind names. */
async function subjectGroups(
  { ledger, sealer, tenant }: House,
  stream: string,
  by: string,
): Promise<readonly string[]> {
  const [requested] = await ledger.read(tenant, stream)
  const ref = requested?.body.question as PayloadRef | null | undefined
  if (!ref) return []
  await sealer.prepare(stream)
  const [payload] = await ledger.payloads(tenant, stream, [ref.n])
  const question = payload ? (sealer.open(payload) as JsonObject) : {}
  const subjects = (question.subjects ?? []) as readonly { kind: string; id: string }[]
  return subjects.filter(({ id }) => id === by).map(({ kind }) => `subject:${kind}`)
}
