import { columnsOf } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Answers, ApprovalRow, Read } from '../reads.ts'
import { ofEnvironment } from './of-environment.ts'
import { integer, integerOrNull, text, textOrNull } from './row-values.ts'
import { first, type ReadStatement } from './statement.ts'

const select = `SELECT ${columnsOf('approvals')} FROM approvals WHERE tenant = :tenant`

export const approval = (read: Extract<Read, { read: 'approval' }>): ReadStatement<Answers['approval']> => ({
  sql: `${select} AND approval = :approval`,
  params: { approval: read.approval },
  answer: first(approvalRow),
})

export const approvals = ({
  status,
  run,
  environment,
}: Extract<Read, { read: 'approvals' }>): ReadStatement<Answers['approvals']> => ({
  sql: `${select} ${status === undefined ? '' : 'AND status = :status'} ${run === undefined ? '' : 'AND run = :run'}
    ${environment === undefined ? '' : ofEnvironment('approvals')} ORDER BY approval`,
  params: {
    ...(status !== undefined && { status }),
    ...(run !== undefined && { run }),
    ...(environment !== undefined && { environment }),
  },
  answer: (rows) => rows.map(approvalRow),
})

function approvalRow(row: Row): ApprovalRow {
  return {
    approval: text(row, 'approval'),
    run: text(row, 'run'),
    action: text(row, 'action'),
    agent: text(row, 'agent'),
    tool: text(row, 'tool'),
    risk: text(row, 'risk'),
    digest: text(row, 'digest'),
    status: text(row, 'status'),
    steps: text(row, 'steps'),
    requested_at: integer(row, 'requested_at'),
    expires_at: integer(row, 'expires_at'),
    settled_at: integerOrNull(row, 'settled_at'),
    settled_by: textOrNull(row, 'settled_by'),
    consumed_by: textOrNull(row, 'consumed_by'),
  }
}
