/** What bounds an action from outside the run: stops, the charter in force, the grant and those above it. */
import { columnsOf } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Answers, GrantRow, Read, StopLevel, StopRow } from '../reads.ts'
import { integer, integerOrNull, text, textOrNull } from './row-values.ts'
import { first, type ReadStatement } from './statement.ts'

export const stops = (): ReadStatement<Answers['stops']> => ({
  sql: `SELECT ${columnsOf('stops')} FROM stops WHERE tenant = :tenant ORDER BY stop`,
  params: {},
  answer: (rows) => rows.map(stopRow),
})

export const charter = (read: Extract<Read, { read: 'charter' }>): ReadStatement<Answers['charter']> => ({
  sql: `SELECT charter, applied_at FROM charters
    WHERE tenant = :tenant AND agent = :agent AND environment = :environment`,
  params: { agent: read.agent, environment: read.environment },
  answer: first((row) => ({ charter: text(row, 'charter'), applied_at: integer(row, 'applied_at') })),
})

/** A ring of parents cannot be issued; the bound keeps a forged one from hanging a dispatch. */
const deepest = 64

/** CROSS JOIN, because SQLite then goes from the line to its grants and not through every grant to the line. */
export const grants = ({ grant }: Extract<Read, { read: 'grants' }>): ReadStatement<Answers['grants']> => ({
  sql: `WITH RECURSIVE line (depth, id) AS (
      SELECT 0, "grant" FROM grants WHERE tenant = :tenant AND "grant" = :grant
      UNION ALL
      SELECT depth + 1, above.parent FROM line
        JOIN grants AS above ON above.tenant = :tenant AND above."grant" = line.id
        WHERE above.parent IS NOT NULL AND depth < ${deepest}
    )
    SELECT ${columnsOf('grants')} FROM line
      CROSS JOIN grants AS given WHERE given.tenant = :tenant AND given."grant" = line.id
      ORDER BY depth`,
  params: { grant },
  answer: (rows) => rows.map(grantRow),
})

const levels: readonly StopLevel[] = ['draft', 'observe', 'abort']

const stopRow = (row: Row): StopRow => ({
  stop: text(row, 'stop'),
  scope: text(row, 'scope'),
  value: text(row, 'value'),
  // A level that this Charter does not know stops the most.
  level: levels.find((level) => level === row.level) ?? 'abort',
  by: text(row, 'by'),
  since: integer(row, 'since'),
  environment: text(row, 'environment'),
})

const grantRow = (row: Row): GrantRow => ({
  grant: text(row, 'grant'),
  parent: textOrNull(row, 'parent'),
  agent: text(row, 'agent'),
  environment: text(row, 'environment'),
  until: integerOrNull(row, 'until'),
  revoked: integerOrNull(row, 'revoked'),
  uses: integerOrNull(row, 'uses'),
  terms: text(row, 'terms'),
  on_behalf_of: textOrNull(row, 'on_behalf_of'),
})
