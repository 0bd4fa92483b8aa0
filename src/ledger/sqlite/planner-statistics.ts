/**
 * What SQLite's planner is told of the indexes. It counts nothing by itself, and where it knows nothing it takes a
 * tenant for ten rows: it would walk every row of a table by its key rather than use the index made for the question.
 */
import { integer, text } from '../statements/row-values.ts'
import type { Statement } from '../statements/statement.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** An embedded ledger is one tenant and may grow large; what a partial index holds stays few. */
const rowsOfTable = 1_000_000
const rowsOfPart = 1_000
/** How many times fewer rows each further column leaves. */
const narrowing = 100

/** Written into the file once, when its tables are made. */
export function tellPlanner(connection: SqliteConnection): void {
  connection.exec('ANALYZE sqlite_schema') // makes the table that the next lines fill
  for (const index of connection.plainRows(indexes)) {
    const params = { table: text(index, 'of'), index: text(index, 'known_as'), stat: statisticsOf(index) }
    connection.run({ sql: 'INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:table, :index, :stat)', params })
  }
  connection.exec('ANALYZE sqlite_schema') // has it read
}

/** The key of a table without row ids goes by the table's name. */
const indexes: Statement = {
  sql: `SELECT made.name AS "of", CASE origin WHEN 'pk' THEN made.name ELSE list.name END AS known_as, partial,
      "unique" AS is_unique, (SELECT count(*) FROM pragma_index_info(list.name)) AS columns
    FROM sqlite_schema AS made JOIN pragma_index_list(made.name) AS list
    WHERE made.type = 'table' AND made.name NOT LIKE 'sqlite_%'`,
  params: {},
}

/** Rows in the index, and how many of them share its first column, its first two, and so on. */
function statisticsOf(index: Record<string, string | number | null>): string {
  const columns = integer(index, 'columns')
  const rows = integer(index, 'partial') === 1 ? rowsOfPart : rowsOfTable
  const shared = Array.from({ length: columns }, (_, i) => Math.max(1, Math.round(rows / narrowing ** i)))
  if (integer(index, 'is_unique') === 1) shared[columns - 1] = 1
  return [rows, ...shared].join(' ')
}
