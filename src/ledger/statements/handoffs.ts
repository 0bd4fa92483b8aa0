import { columnsOf } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Answers, HandoffRow, Read } from '../reads.ts'
import { ofEnvironment } from './of-environment.ts'
import { integer, integerOrNull, text, textOrNull } from './row-values.ts'
import type { ReadStatement } from './statement.ts'

export const handoffs = ({
  status,
  run,
  environment,
}: Extract<Read, { read: 'handoffs' }>): ReadStatement<Answers['handoffs']> => ({
  sql: `SELECT ${columnsOf('handoffs')} FROM handoffs WHERE tenant = :tenant
    ${status === undefined ? '' : 'AND status = :status'} ${run === undefined ? '' : 'AND run = :run'}
    ${environment === undefined ? '' : ofEnvironment('handoffs')} ORDER BY handoff`,
  params: {
    ...(status !== undefined && { status }),
    ...(run !== undefined && { run }),
    ...(environment !== undefined && { environment }),
  },
  answer: (rows) => rows.map(handoffRow),
})

const handoffRow = (row: Row): HandoffRow => ({
  handoff: text(row, 'handoff'),
  run: text(row, 'run'),
  agent: text(row, 'agent'),
  group: text(row, 'group'),
  reason: text(row, 'reason'),
  status: text(row, 'status'),
  assigned_at: integer(row, 'assigned_at'),
  claimed_by: textOrNull(row, 'claimed_by'),
  claimed_at: integerOrNull(row, 'claimed_at'),
  settled_at: integerOrNull(row, 'settled_at'),
})
