import { columnsOf } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Answers, AttemptRow, Read, StopScope } from '../reads.ts'
import { integer, text } from './row-values.ts'
import type { ReadStatement } from './statement.ts'

const select = `SELECT ${columnsOf('attempts')} FROM attempts WHERE tenant = :tenant`

/** A ledger serves several tenants, but a transaction one: `everything` is everything of the tenant asked for. */
export function inFlight(read: Extract<Read, { read: 'in_flight' }>): ReadStatement<Answers['in_flight']> {
  const { scope, since } = read
  const named = narrowing(scope)
  const isIn = named ? `AND ${named.column} = :named` : ''
  return {
    sql: `${select} AND status = 'dispatched' ${isIn}
      UNION ALL ${select} AND status = 'unknown' AND settles_by > ${since === undefined ? ':now' : ':since'} ${isIn}`,
    params: { ...(named && { named: named.value }), ...(since !== undefined && { since }) },
    // Sorted here: to have them in the order of their key, the database would walk every attempt there ever was.
    answer: (rows) => rows.map(attemptRow).sort(byPlace),
  }
}

const byPlace = (a: AttemptRow, b: AttemptRow): number =>
  a.effect === b.effect ? a.attempt - b.attempt : a.effect < b.effect ? -1 : 1

function narrowing(scope: StopScope): { column: string; value: string } | undefined {
  switch (scope.scope) {
    case 'agent':
      return { column: 'agent', value: scope.agent }
    case 'tool':
      return { column: 'tool', value: scope.tool }
    case 'risk':
      return { column: 'risk', value: scope.risk }
    default:
      return undefined
  }
}

const attemptRow = (row: Row): AttemptRow => ({
  effect: text(row, 'effect'),
  attempt: integer(row, 'attempt'),
  run: text(row, 'run'),
  agent: text(row, 'agent'),
  tool: text(row, 'tool'),
  risk: text(row, 'risk'),
  key: text(row, 'key'),
  status: text(row, 'status'),
  settles_by: integer(row, 'settles_by'),
})
