/**
 * What the model is told of an approval that did not let its action happen. Each ending says something else, because
 * each leaves something else to do: a no is an answer, silence is none, and an edit is a yes to another action.
 */
import type { ErrorCode } from '../errors.ts'
import type { ApprovalEnding } from './approval.ts'

export interface ApprovalMessage {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

export interface EndedApproval {
  readonly ending: Exclude<ApprovalEnding, 'granted'>
  readonly tool: string
  /** In which group the person stands who denied or edited. */
  readonly group?: string
  /** What the person wrote who denied, while it is kept. */
  readonly reason?: string
  /** Why it was cancelled or superseded. */
  readonly because?: ErrorCode
}

export function approvalMessage(ended: EndedApproval): ApprovalMessage {
  const action = `\`${ended.tool}\``
  const person = ended.group === undefined ? 'a person' : `a person of \`${ended.group}\``
  const because = ended.because === undefined ? '' : ` (${ended.because})`
  switch (ended.ending) {
    case 'denied':
      return {
        code: 'approval_denied',
        message: `${person} denied ${action}${ended.reason === undefined ? '' : `: ${ended.reason}`}`,
        hint: 'do not propose it again in this run; take the reason into account or say that it was denied',
      }
    case 'expired':
      return {
        code: 'approval_expired',
        message: `nobody answered in time whether ${action} may go ahead, which is neither a yes nor a no`,
        hint: 'it was not done; do not propose it again in this run, and say that nobody answered',
      }
    case 'edited':
      return {
        code: 'approval_edited',
        message: `${person} changed the arguments of ${action}, and the changed action takes its place`,
        hint: 'go on from the result of the changed action; do not propose the first one again',
      }
    case 'cancelled':
      return {
        code: 'approval_cancelled',
        message: `${action} is refused by now${because}, so people are no longer asked about it`,
        hint: 'it was not done, and no person said no; another action may be possible',
      }
    case 'superseded':
      return {
        code: 'approval_superseded',
        message: `the facts or the rules of ${action} changed${because}, so people are asked anew`,
        hint: 'it was not done yet; wait for the new answer instead of proposing it again',
      }
  }
}
