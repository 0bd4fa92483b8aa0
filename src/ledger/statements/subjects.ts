/** Which runs touched a piece of the world, which is known by its kind and its pseudonym. */
import { columnsOf } from '../migrations/projection-tables.ts'
import type { Answers, Read } from '../reads.ts'
import { text } from './row-values.ts'
import { runRow } from './runs.ts'
import type { ReadStatement } from './statement.ts'

type OfSubject = Extract<Read, { read: 'runs_of_subject' }>

/** CROSS JOIN, because SQLite then goes from the subject to its runs and not through every run to the subject. */
export const runsOfSubject = (read: OfSubject): ReadStatement<Answers['runs_of_subject']> => {
  const { kind, subject, environment, before, most } = read
  return {
    sql: `SELECT ${columnsOf('runs', ['input_digest'])} FROM (
        SELECT run AS touching FROM subjects WHERE tenant = :tenant AND kind = :kind AND subject = :subject
          ${before === undefined ? '' : 'AND run < :before'}
      ) AS touched CROSS JOIN runs
      WHERE runs.tenant = :tenant AND runs.run = touching
        ${environment === undefined ? '' : 'AND environment = :environment'}
      ORDER BY touching DESC LIMIT :most`,
    params: {
      kind,
      subject,
      most,
      ...(before !== undefined && { before }),
      ...(environment !== undefined && { environment }),
    },
    answer: (rows) => rows.map(runRow),
  }
}

/** From each kind to the next along the key, so that a million subjects of five kinds are five steps. */
export const subjectKinds = (): ReadStatement<Answers['subject_kinds']> => ({
  sql: `WITH RECURSIVE kinds (kind) AS (
      SELECT min(kind) FROM subjects WHERE tenant = :tenant AND kind > ''
      UNION ALL
      SELECT (SELECT min(subjects.kind) FROM subjects WHERE tenant = :tenant AND subjects.kind > kinds.kind)
        FROM kinds WHERE kinds.kind IS NOT NULL
    )
    SELECT kind FROM kinds WHERE kind IS NOT NULL`,
  params: {},
  answer: (rows) => rows.map((row) => text(row, 'kind')),
})
