/** Whole rows of projection tables, in the order of their keys, for a rebuild. They are of every tenant. */
import { quoted } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Mending } from '../projection-rows.ts'
import { changeStatement, shapeOf } from './change.ts'
import { selectEvents } from './events.ts'
import type { Statement } from './statement.ts'

/** Rows beyond one key and up to another, at most so many. */
export function rowsBetween(table: string, beyond?: Row, upTo?: Row, most?: number): Statement {
  const { key, columns } = shapeOf(table)
  const params: Record<string, string | number | null> = {}
  const bound = (comparison: '>' | '<=', name: string, row: Row) => {
    const values = key.map((column, i) => {
      params[`${name}_${i}`] = row[column] ?? null
      return `:${name}_${i}`
    })
    return `(${quoted(key)}) ${comparison} (${values.join(', ')})`
  }
  const conditions = [...(beyond ? [bound('>', 'beyond', beyond)] : []), ...(upTo ? [bound('<=', 'up_to', upTo)] : [])]
  return {
    sql: `SELECT ${quoted(columns)} FROM ${table} ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
      ORDER BY ${quoted(key)} ${most === undefined ? '' : 'LIMIT :most'}`,
    params: { ...params, ...(most !== undefined && { most }) },
  }
}

export function rowOf(table: string, key: Row): Statement {
  const shape = shapeOf(table)
  const conditions = shape.key.map((column) => `"${column}" = :${column}`)
  return { sql: `SELECT ${quoted(shape.columns)} FROM ${table} WHERE ${conditions.join(' AND ')}`, params: key }
}

export const eventsAfter = (after: number): Statement => ({
  sql: `${selectEvents} WHERE position > :after ORDER BY position`,
  params: { after },
})

export function mendingStatement(mending: Mending): Statement {
  const { table } = mending
  const row = mending.mend === 'put' ? mending.row : mending.key
  const tenant = String(row.tenant)
  return mending.mend === 'put'
    ? changeStatement({ change: 'put', table, row }, tenant)
    : changeStatement({ change: 'remove', table, key: row }, tenant)
}

/** What makes a row one row. */
export function keyOf(table: string, row: Row): Row {
  return Object.fromEntries(shapeOf(table).key.map((column) => [column, row[column] ?? null]))
}
