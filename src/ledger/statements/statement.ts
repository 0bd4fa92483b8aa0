/**
 * One thing said to either database. Parameters are named in the text (`:tenant`); each adapter numbers them as its
 * database wants, and prepares each text once. `:now` is the database's clock and is filled in by the adapter.
 */
import type { Column, Row } from '../projection.ts'

export type Parameter = Column | Uint8Array

export interface Statement {
  readonly sql: string
  readonly params: Readonly<Record<string, Parameter>>
}

/** A read, and what its rows mean. */
export interface ReadStatement<Answer> extends Statement {
  answer(rows: readonly Row[]): Answer
}

/** The text with `?1` or `$1` for its names, and the names in the order of their numbers. */
export interface NumberedSql {
  readonly text: string
  readonly names: readonly string[]
}

export function numberParameters(sql: string, mark: '?' | '$'): NumberedSql {
  const names: string[] = []
  // A cast (`::bigint`) is no parameter.
  const text = sql.replaceAll(/(?<!:):([a-z_0-9]+)/g, (_, name: string) => {
    const known = names.indexOf(name)
    return `${mark}${known === -1 ? names.push(name) : known + 1}`
  })
  return { text, names }
}

/** A single row, or null. */
export const first =
  <Shape>(row: (row: Row) => Shape) =>
  (rows: readonly Row[]): Shape | null =>
    rows[0] === undefined ? null : row(rows[0])
