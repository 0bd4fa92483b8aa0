/** What a projection's change says to the database. Every row belongs to the tenant of the event it was made from. */
import { CharterError, nearest } from '../../errors.ts'
import { derivedTables, projectionTables, quoted, type TableShape } from '../migrations/projection-tables.ts'
import type { Change, Column, Row } from '../projection.ts'
import { asUpdate, mergeUpdates, type Update } from './merge-updates.ts'
import type { Parameter, Statement } from './statement.ts'

/** All of them in order; what several say of the same row at a time is said to the database once. */
export const changeStatements = (changes: readonly Change[], tenant: string): Statement[] =>
  mergeUpdates(changes).map((change) => changeStatement(change, tenant))

export function changeStatement(change: Change | Update, tenant: string): Statement {
  const shape = shapeOf(change.table)
  switch (change.change) {
    case 'put':
      return put(change.table, shape, change.row, tenant)
    case 'patch':
    case 'add':
    case 'update':
      return update(shape, asUpdate(change), tenant)
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

function update(shape: TableShape, { table, key, set, by }: Update, tenant: string): Statement {
  requireColumns(table, shape, set)
  requireColumns(table, shape, by)
  const where = whereOf(table, shape, key, tenant)
  const params: Record<string, Parameter> = { ...where.params }
  for (const [name, value] of Object.entries(set)) params[`set_${name}`] = value
  for (const [name, value] of Object.entries(by)) params[`by_${name}`] = value
  const assigned = [
    ...Object.keys(set).map((name) => `"${name}" = :set_${name}`),
    ...Object.keys(by).map((name) => `"${name}" = "${name}" + :by_${name}`),
  ]
  return { sql: `UPDATE ${table} SET ${assigned.join(', ')} WHERE ${where.sql}`, params }
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
