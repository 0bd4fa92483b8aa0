/** Values out of rows; a column of another kind means a schema that is not ours, and is never guessed at. */
import { CharterError } from '../../errors.ts'
import type { Row } from '../projection.ts'

export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw unexpected(column, value)
  return value
}

export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw unexpected(column, value)
  return value
}

export const textOrNull = (row: Row, column: string) => (row[column] === null ? null : text(row, column))
export const integerOrNull = (row: Row, column: string) => (row[column] === null ? null : integer(row, column))

const unexpected = (column: string, value: unknown) =>
  new CharterError('internal', `column \`${column}\` holds a ${typeof value}, which the schema does not allow`)
