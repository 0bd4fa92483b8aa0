/** The approvals that lists and screens show: table `approvals`, one row for each question. */
import { canonicalJson } from '../canonical-json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { Change, Projection, Row } from '../ledger/projection.ts'
import type { ApprovalStatus } from './approval.ts'
import { type ApprovalEvent, type ApprovalRequested, readApprovalEvent } from './approval-events.ts'

const table = 'approvals'

export const approvalProjection: Projection = {
  name: 'approvals',
  tables: [table],
  project: (event) => (event.type.startsWith('approval.') ? changes(event, readApprovalEvent(event)) : []),
}

function changes(event: LedgerEvent, { type, body }: ApprovalEvent): readonly Change[] {
  const patch = (set: Row): readonly Change[] => [{ change: 'patch', table, key: { approval: body.approval }, set }]
  const settle = (status: ApprovalStatus, by: string | null) => patch({ status, settled_at: event.at, settled_by: by })
  switch (type) {
    case 'approval.requested':
      return [requested(event, body)]
    case 'approval.granted':
      return settle('granted', body.by.join(', '))
    case 'approval.denied':
      return settle('denied', body.by)
    case 'approval.edited':
      return settle('edited', body.by)
    case 'approval.expired':
      return settle('expired', null)
    case 'approval.cancelled':
      return settle('cancelled', event.actor)
    case 'approval.superseded':
      return settle('superseded', event.actor)
    case 'approval.consumed':
      return patch({ consumed_by: body.effect })
    default:
      return []
  }
}

function requested(event: LedgerEvent, asked: ApprovalRequested): Change {
  const { approval, run, action, agent, tool, risk, digest, expires_at } = asked
  return {
    change: 'put',
    table,
    row: {
      approval,
      run,
      action,
      agent,
      tool,
      risk,
      digest,
      status: 'pending',
      steps: canonicalJson(asked.steps),
      requested_at: event.at,
      expires_at,
      settled_at: null,
      settled_by: null,
      consumed_by: null,
    },
  }
}
