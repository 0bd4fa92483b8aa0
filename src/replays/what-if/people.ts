/** What people said to what a supposed run asks them: what they said then, and what they are supposed to say else. */
import { type Approval, type ApprovalAnswer, decideApproval, foldApproval } from '../../approvals/approval.ts'
import type { ApprovalEvent } from '../../approvals/approval-events.ts'
import { stillAsked } from '../../approvals/signing.ts'
import { type EventDraft, isPayloadRef, type LedgerEvent } from '../../ledger/event.ts'
import type { RunWaiting } from '../../runs/events.ts'
import type { SupposedLedger } from './supposed-ledger.ts'
import type { Supposing } from './supposing.ts'

/** Whether anybody said anything. */
export function answerAsThen(supposing: Supposing, ledger: SupposedLedger, waiting: RunWaiting, n: number): boolean {
  if (waiting.awaits === 'approval') return answerApproval(supposing, ledger, waiting, n)
  if (waiting.awaits === 'stop') return false
  return answerHandoff(supposing, ledger, waiting, n)
}

function answerApproval(supposing: Supposing, ledger: SupposedLedger, waiting: RunWaiting, n: number): boolean {
  const stream = `approval/${waiting.id}`
  const [asked] = ledger.eventsOf(stream)
  if (!asked) return false
  const then = supposing.past.answersTo(waiting.action ?? '')[n]
  for (const event of then ?? []) answerOnce(supposing, ledger, stream, event)
  const approval = foldApproval(ledger.eventsOf(stream))
  return approval.status !== 'pending' || answerInStead(supposing, ledger, stream, approval)
}

/** One answer of then, to the question of now. */
function answerOnce(supposing: Supposing, ledger: SupposedLedger, stream: string, event: LedgerEvent): void {
  const approval = foldApproval(ledger.eventsOf(stream))
  if (approval.status !== 'pending') return
  const isExpiry = event.type === 'approval.expired'
  supposing.time = Math.max(supposing.time, isExpiry ? approval.asked.expires_at : event.at)
  const answer = answerIn(supposing, stream, approval.asked.digest, event)
  if (answer) say(ledger, stream, approval, answer)
}

function answerIn(
  supposing: Supposing,
  stream: string,
  digest: string,
  event: LedgerEvent,
): ApprovalAnswer | undefined {
  const { at: now, body } = event
  const signer = { by: String(body.by), groups: [String(body.group)], digest, now }
  if (event.type === 'approval.signed') return { ...signer, type: 'sign' }
  if (event.type === 'approval.denied')
    return { ...signer, type: 'deny', reason: copied(supposing, stream, event, 'reason') }
  const edited = event.type === 'approval.edited' ? copied(supposing, stream, event, 'arguments') : null
  return edited ? { ...signer, type: 'edit', arguments: edited } : undefined
}

/** Nobody was asked then, or fewer people: what they are supposed to say. */
function answerInStead(supposing: Supposing, ledger: SupposedLedger, stream: string, approval: Approval): boolean {
  const { people } = supposing.supposition
  if (people === 'wait' || approval.status !== 'pending') return false
  supposing.assumptions.add(`people ${people === 'grant' ? 'say yes' : 'say no'} to what they were not asked then`)
  for (let signer = 1; ; signer++) {
    const current = foldApproval(ledger.eventsOf(stream))
    if (current.status !== 'pending') return true
    const [group] = stillAsked(current.asked.steps, current.signatures).keys()
    if (group === undefined) return false
    const answer = {
      by: `supposed-${signer}@people`,
      groups: [group],
      digest: current.asked.digest,
      now: supposing.time,
    }
    if (people === 'grant') say(ledger, stream, current, { ...answer, type: 'sign' })
    else say(ledger, stream, current, { ...answer, type: 'deny', reason: supposedReason(supposing, stream) })
  }
}

function supposedReason({ contents }: Supposing, stream: string) {
  contents.set(`${stream} 0`, 'supposed')
  return { n: 0, class: 'approval', sha256: '' }
}

function say(ledger: SupposedLedger, stream: string, approval: Approval, answer: ApprovalAnswer): void {
  ledger.write(
    stream,
    decideApproval(approval, answer).map((event) => draftOf(event, answer.by)),
  )
}

const draftOf = ({ type, body }: ApprovalEvent, actor: string): EventDraft => ({
  type,
  v: 1,
  actor,
  body: JSON.parse(JSON.stringify(body)),
})

/** Content of an answer, under the question that is answered now. */
function copied({ past, contents }: Supposing, stream: string, event: LedgerEvent, key: string) {
  const ref = event.body[key]
  const content = isPayloadRef(ref) ? past.recording.content(event.stream, ref.n) : undefined
  if (!isPayloadRef(ref) || content === undefined) return null
  contents.set(`${stream} ${ref.n}`, content)
  return ref
}

function answerHandoff(supposing: Supposing, ledger: SupposedLedger, waiting: RunWaiting, n: number): boolean {
  const handoffs = [...supposing.past.recording.beside].filter(([stream]) => stream.startsWith('handoff/'))
  const [, then] = handoffs[n] ?? []
  const ending = then?.find(({ type }) => type === 'handoff.resolved' || type === 'handoff.returned')
  if (!ending) return false
  const stream = `handoff/${waiting.id}`
  for (const key of ['note', 'outcome']) copied(supposing, stream, ending, key)
  supposing.time = Math.max(supposing.time, ending.at)
  const { type, v, actor, body } = ending
  ledger.write(stream, [{ type, v, actor, body: { ...body, handoff: waiting.id } }])
  return true
}
