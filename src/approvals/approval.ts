/**
 * An approval: a question put to people about one exact action, by its digest.
 *
 *   none ─▶ pending ─▶ granted ─▶ (consumed by its effect)     the last signature asked for grants
 *                  ─▶ denied                                   one no is enough
 *                  ─▶ edited                                   the edited action is a new question
 *                  ─▶ expired                                  silence is neither yes nor no
 *           pending, granted and not consumed ─▶ cancelled | superseded
 *
 * Pure: time and identity arrive inside the command, facts leave as events.
 */
import { CharterError, type ErrorCode } from '../errors.ts'
import {
  type ApprovalEvent,
  type ApprovalRequested,
  type PayloadRef,
  readApprovalEvent,
  type Signature,
  type StoredEvent,
} from './approval-events.ts'
import { countingSignatures, placeToAnswer, placeToSign, type Signer, stillAsked } from './signing.ts'

export type ApprovalEnding = 'granted' | 'denied' | 'edited' | 'expired' | 'cancelled' | 'superseded'
export type ApprovalStatus = 'pending' | ApprovalEnding

export type Approval = NoApproval | AskedApproval

export interface NoApproval {
  readonly status: 'none'
}

export interface AskedApproval {
  readonly status: ApprovalStatus
  readonly asked: ApprovalRequested
  readonly signatures: readonly Signature[]
  /** The effect that has consumed it. */
  readonly effect?: string
  /** Who edited the action, and into which arguments. */
  readonly edit?: Signature & { readonly arguments: PayloadRef }
}

export const noApproval: NoApproval = { status: 'none' }

/** `digest` is that of the question as it was shown to whoever answers. Times are milliseconds since 1970. */
export type ApprovalAnswer = Signer & { readonly digest: string; readonly now: number } & (
    | { readonly type: 'sign' }
    /** A no always says why: null is refused. */
    | { readonly type: 'deny'; readonly reason: PayloadRef | null }
    | { readonly type: 'edit'; readonly arguments: PayloadRef }
  )

export type ApprovalCommand =
  | (ApprovalRequested & { readonly type: 'request'; readonly now: number })
  | ApprovalAnswer
  | { readonly type: 'expire'; readonly now: number }
  | { readonly type: 'cancel' | 'supersede'; readonly code: ErrorCode; readonly now: number }
  /** `digest` is that of the action about to be dispatched. */
  | { readonly type: 'consume'; readonly effect: string; readonly digest: string; readonly now: number }

/** The facts that follow from a command. An answer that comes too late leaves `approval.expired`: see `lateAnswer`. */
export function decideApproval(approval: Approval, command: ApprovalCommand): readonly ApprovalEvent[] {
  if (command.type === 'request') return request(approval, command)
  if (approval.status === 'none') throw new CharterError('approval_not_found', 'no approval was requested')
  const { approval: id, expires_at: expiresAt } = approval.asked
  switch (command.type) {
    case 'sign':
    case 'deny':
    case 'edit':
      return answer(approval, command)
    case 'expire':
      if (approval.status !== 'pending' || command.now < expiresAt) return []
      return [{ type: 'approval.expired', body: { approval: id } }]
    case 'cancel':
      return isOpen(approval) ? [{ type: 'approval.cancelled', body: { approval: id, code: command.code } }] : []
    case 'supersede':
      return isOpen(approval) ? [{ type: 'approval.superseded', body: { approval: id, code: command.code } }] : []
    case 'consume':
      return consume(approval, command.effect, command.digest)
  }
}

/** What is known after one more fact. Never throws: the ledger is already the truth. */
export function evolveApproval(approval: Approval, event: ApprovalEvent): Approval {
  if (event.type === 'approval.requested') {
    return { status: 'pending', asked: event.body, signatures: event.body.signatures ?? [] }
  }
  if (approval.status === 'none') return approval
  switch (event.type) {
    case 'approval.signed': {
      const { by, group } = event.body
      return { ...approval, signatures: [...approval.signatures, { by, group }] }
    }
    case 'approval.edited': {
      const { by, group, arguments: edited } = event.body
      return { ...approval, status: 'edited', edit: { by, group, arguments: edited } }
    }
    case 'approval.granted':
      return { ...approval, status: 'granted' }
    case 'approval.denied':
      return { ...approval, status: 'denied' }
    case 'approval.expired':
      return { ...approval, status: 'expired' }
    case 'approval.cancelled':
      return { ...approval, status: 'cancelled' }
    case 'approval.superseded':
      return { ...approval, status: 'superseded' }
    case 'approval.consumed':
      return { ...approval, effect: event.body.effect }
    default:
      return approval
  }
}

/** An approval from the events of its stream, oldest first. */
export const foldApproval = (events: readonly StoredEvent[]): Approval =>
  events.map(readApprovalEvent).reduce(evolveApproval, noApproval)

/** Signatures by group, for policy to read. An approval that ended in anything but a grant has none. */
export function signatureCounts(approval: Approval): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  if (approval.status !== 'pending' && approval.status !== 'granted') return {}
  for (const { group } of approval.signatures) counts.set(group, (counts.get(group) ?? 0) + 1)
  return Object.fromEntries(counts)
}

/** What to throw at whoever answered, once the events are appended: their answer came too late. */
export function lateAnswer(command: ApprovalAnswer, events: readonly ApprovalEvent[]): CharterError | undefined {
  const expired = events.find((event) => event.type === 'approval.expired')
  return expired && tooLate(expired.body.approval, command.by)
}

function request(approval: Approval, { type: _type, now, ...asked }: ApprovalCommand & { type: 'request' }) {
  if (approval.status !== 'none') return askedTwice(approval, asked)
  if (asked.steps.length === 0 || asked.steps.some(({ count }) => !Number.isSafeInteger(count) || count < 1)) {
    throw new CharterError('no_approver', `approval \`${asked.approval}\` asks nobody`, { param: 'steps' })
  }
  const signatures = countingSignatures(asked, asked.signatures ?? [])
  const body: ApprovalRequested = { ...asked, ...(asked.signatures && { signatures }) }
  const requested: ApprovalEvent = { type: 'approval.requested', body }
  const isLate = now >= asked.expires_at
  return isLate ? [requested] : [requested, ...grantWhenComplete(asked, signatures)]
}

/** Asked twice is asked once; but one id never stands for two questions. */
function askedTwice({ asked }: AskedApproval, again: ApprovalRequested): readonly ApprovalEvent[] {
  if (asked.digest === again.digest) return []
  throw new CharterError('internal', `approval \`${asked.approval}\` already asks another question`)
}

function answer(approval: AskedApproval, command: ApprovalAnswer): readonly ApprovalEvent[] {
  const { asked, signatures, status } = approval
  if (status === 'expired') throw tooLate(asked.approval, command.by)
  if (status !== 'pending') throw alreadySettled(asked.approval, status)
  const group = placeOf(approval, command)
  if (command.now >= asked.expires_at) return [{ type: 'approval.expired', body: { approval: asked.approval } }]
  refuseOtherDigest(asked, command.digest)
  const body = { approval: asked.approval, by: command.by, group, digest: asked.digest }
  switch (command.type) {
    case 'sign':
      return [
        { type: 'approval.signed', body },
        ...grantWhenComplete(asked, [...signatures, { by: command.by, group }]),
      ]
    case 'deny':
      return [{ type: 'approval.denied', body: { ...body, reason: requireReason(command.reason) } }]
    case 'edit':
      return [{ type: 'approval.edited', body: { ...body, arguments: command.arguments } }]
  }
}

/** Whoever edits signs first for the new question, where no other signature counts; a no needs no place of its own. */
function placeOf({ asked, signatures }: AskedApproval, command: ApprovalAnswer): string {
  if (command.type === 'deny') return placeToAnswer(asked, command)
  return placeToSign(asked, command.type === 'edit' ? [] : signatures, command)
}

function grantWhenComplete(asked: ApprovalRequested, signatures: readonly Signature[]): readonly ApprovalEvent[] {
  if (stillAsked(asked.steps, signatures).size > 0) return []
  const { approval, digest } = asked
  return [{ type: 'approval.granted', body: { approval, by: signatures.map(({ by }) => by), digest } }]
}

/** Consumed by the effect, not by an attempt: a re-send of the same effect needs no new answer. */
function consume(
  { asked, status, effect: by }: AskedApproval,
  effect: string,
  digest: string,
): readonly ApprovalEvent[] {
  if (status !== 'granted') throw notGranted(asked.approval, status)
  refuseOtherDigest(asked, digest)
  if (by === effect) return []
  if (by !== undefined) {
    throw new CharterError('approval_already_settled', `approval \`${asked.approval}\` was used by effect \`${by}\``, {
      hint: 'another effect needs an approval of its own',
      details: { effect: by },
    })
  }
  return [{ type: 'approval.consumed', body: { approval: asked.approval, effect } }]
}

/** Still able to let something happen. */
const isOpen = ({ status, effect }: AskedApproval): boolean =>
  status === 'pending' || (status === 'granted' && effect === undefined)

function refuseOtherDigest(asked: ApprovalRequested, shown: string): void {
  if (shown === asked.digest) return
  throw new CharterError('approval_stale', `approval \`${asked.approval}\` asks something else than was shown`, {
    hint: 'show the question again before answering it',
    param: 'digest',
  })
}

function requireReason(reason: PayloadRef | null): PayloadRef {
  if (reason !== null) return reason
  throw new CharterError('usage', 'a denial needs a reason', {
    hint: 'say in a sentence why, so that the agent and the requester can go on',
    param: 'reason',
  })
}

const tooLate = (approval: string, by: string): CharterError =>
  new CharterError('approval_expired', `approval \`${approval}\` expired before \`${by}\` answered`, {
    hint: 'silence was neither yes nor no; the action must be proposed again',
    details: { approval },
  })

const alreadySettled = (approval: string, status: ApprovalStatus): CharterError =>
  new CharterError('approval_already_settled', `approval \`${approval}\` is already ${status}`, {
    hint: 'list the open questions with `charter approval list`',
    details: { approval, status },
  })

const notGranted = (approval: string, status: ApprovalStatus): CharterError =>
  new CharterError(
    status === 'pending' || status === 'granted' ? 'approval_required' : `approval_${status}`,
    `approval \`${approval}\` is ${status}, not granted`,
    { details: { approval, status } },
  )
