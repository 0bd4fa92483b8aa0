/** What a projection's change says to the database. Every row belongs to the tenant of the event it was made from. */
import { CharterError, nearest } from '../../errors.ts'
import { derivedTables, projectionTables, quoted, type TableShape } from '../migrations/projection-tables.ts'
import type { Change, Column, Row } from '../projection.ts'
import type { Statement } from './statement.ts'

export function changeStatement(change: Change, tenant: string): Statement {
  const shape = shapeOf(change.table)
  switch (change.change) {
    case 'put':
      return put(change.table, shape, change.row, tenant)
    case 'patch':
      return update(change.table, shape, change.key, tenant, assignments(change, shape, change.set, '='))
    case 'add':
      return update(change.table, shape, change.key, tenant, assignments(change, shape, change.by, '+'))
    case 'remove':
      return remove(change.table, shape, change.key, tenant)
  }
}

/** The whole row: a column that is not named is null, whatever stood there. */
function put(table: string, shape: TableShape, row: Row, tenant: string): Statement {
  requireColumns(table, shape, row)
  requireTenant(table, row, tenant)
  const values = shape.columns.map((column) => (column === 'tenant' ? ':tenant' : `:${column}`))
  const rest = shape.columns.filter((column) => !shape.key.includes(column))
  return {
    sql: `INSERT INTO ${table} (${quoted(shape.columns)}) VALUES (${values.join(', ')})
      ON CONFLICT (${quoted(shape.key)}) DO UPDATE SET ${rest.map((name) => `"${name}" = excluded."${name}"`).join(', ')}`,
    params: { ...Object.fromEntries(shape.columns.map((column) => [column, row[column] ?? null])), tenant },
  }
}

interface Assignments {
  readonly sql: string
  readonly params: Row
}

function assignments(change: Change, shape: TableShape, set: Row, operator: '=' | '+'): Assignments {
  requireColumns(change.table, shape, set)
  const names = Object.keys(set)
  const assign = (name: string) => `"${name}" = ${operator === '=' ? '' : `"${name}" + `}:set_${name}`
  return {
    sql: names.map(assign).join(', '),
    params: Object.fromEntries(names.map((name) => [`set_${name}`, set[name] ?? null])),
  }
}

function update(table: string, shape: TableShape, key: Row, tenant: string, set: Assignments): Statement {
  const where = whereOf(table, shape, key, tenant)
  return { sql: `UPDATE ${table} SET ${set.sql} WHERE ${where.sql}`, params: { ...where.params, ...set.params } }
}

function remove(table: string, shape: TableShape, key: Row, tenant: string): Statement {
  const where = whereOf(table, shape, key, tenant)
  return { sql: `DELETE FROM ${table} WHERE ${where.sql}`, params: where.params }
}

/** The rows that the key's columns name; a part of the table's key names several. */
function whereOf(table: string, shape: TableShape, key: Row, tenant: string): Statement {
  requireColumns(table, shape, key)
  requireTenant(table, key, tenant)
  const names = Object.keys(key).filter((name) => name !== 'tenant')
  const conditions = names.map((name) => (key[name] === null ? `"${name}" IS NULL` : `"${name}" = :key_${name}`))
  const params: Record<string, Column> = { tenant }
  for (const name of names) if (key[name] !== null) params[`key_${name}`] = key[name] ?? null
  return { sql: ['tenant = :tenant', ...conditions].join(' AND '), params }
}

export function shapeOf(table: string): TableShape {
  const shape = projectionTables[table] ?? derivedTables[table]
  if (shape) return shape
  const near = nearest(table, Object.keys(projectionTables))
  throw new CharterError('internal', `no projection table is called \`${table}\``, {
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
  })
}

function requireColumns(table: string, shape: TableShape, row: Row): void {
  for (const name of Object.keys(row)) {
    if (shape.columns.includes(name)) continue
    const near = nearest(name, shape.columns)
    throw new CharterError('internal', `table \`${table}\` has no column \`${name}\``, {
      hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
    })
  }
}

function requireTenant(table: string, row: Row, tenant: string): void {
  if (row.tenant === undefined || row.tenant === tenant) return
  throw new CharterError('internal', `an event of tenant \`${tenant}\` would write \`${table}\` of another tenant`)
}
