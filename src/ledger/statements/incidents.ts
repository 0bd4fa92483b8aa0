import { columnsOf } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Answers, IncidentRow, Read } from '../reads.ts'
import { integer, integerOrNull, text } from './row-values.ts'
import type { ReadStatement } from './statement.ts'

/** Youngest first, since ids sort by time of birth. */
export const incidents = ({
  incident,
  status,
  environment,
  most,
  before,
}: Extract<Read, { read: 'incidents' }>): ReadStatement<Answers['incidents']> => ({
  sql: `SELECT ${columnsOf('incidents')} FROM incidents WHERE tenant = :tenant
    ${incident === undefined ? '' : 'AND incident = :incident'}
    ${status === undefined ? '' : 'AND status = :status'}
    ${environment === undefined ? '' : 'AND environment = :environment'}
    ${before === undefined ? '' : 'AND incident < :before'} ORDER BY incident DESC LIMIT :most`,
  params: {
    most,
    ...(incident !== undefined && { incident }),
    ...(status !== undefined && { status }),
    ...(environment !== undefined && { environment }),
    ...(before !== undefined && { before }),
  },
  answer: (rows) => rows.map(incidentRow),
})

const incidentRow = (row: Row): IncidentRow => ({
  incident: text(row, 'incident'),
  run: text(row, 'run'),
  agent: text(row, 'agent'),
  environment: text(row, 'environment'),
  scope: text(row, 'scope'),
  value: text(row, 'value'),
  stop: text(row, 'stop'),
  status: text(row, 'status'),
  runs: integer(row, 'runs'),
  keeps_runs: integer(row, 'keeps_runs'),
  opened_at: integer(row, 'opened_at'),
  opened_by: text(row, 'opened_by'),
  closed_at: integerOrNull(row, 'closed_at'),
})
