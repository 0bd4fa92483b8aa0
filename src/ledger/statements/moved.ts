import { sumWidths } from '../migrations/0001-movement-sums.ts'
import type { Answers, Read } from '../reads.ts'
import { integer } from './row-values.ts'
import type { ReadStatement } from './statement.ts'

const ofKey = `tenant = :tenant AND "key" = :key`
const counted = `state IN ('held', 'settled')`
const bound = (level: number) => `(SELECT from_${level} FROM bounds)`

/**
 * The first multiple of each width at or after the one before: where sums of that width begin to fit. The cast matters
 * on SQLite, where Node hands every number over as a fraction.
 */
const bounds = sumWidths.reduce(
  (inner, width, level) =>
    `SELECT *, (from_${level} + ${width - 1}) / ${width} * ${width} AS from_${level + 1} FROM (${inner}) AS b`,
  'SELECT CAST(:now - :within + 1 AS BIGINT) AS from_0',
)

const sums = sumWidths.map((_, level) => {
  const until = level + 1 < sumWidths.length ? `AND start < ${bound(level + 2)}` : ''
  return `SELECT amount, count FROM movement_sums
    WHERE ${ofKey} AND level = ${level} AND start >= ${bound(level + 1)} ${until}`
})

const edge = `SELECT amount, 1 AS count FROM movements
  WHERE ${ofKey} AND at >= ${bound(0)} AND at < ${bound(1)} AND ${counted}`

// The empty text keeps PostgreSQL from walking everything under the key in search of one effect, as it does without
// fresh statistics.
const leftOut = `SELECT -amount, -1 AS count FROM movements
  WHERE tenant = :tenant AND effect = :except AND "key" || '' = :key AND at >= ${bound(0)} AND ${counted}`

const sumOf = (parts: readonly string[]) => `WITH bounds AS (${bounds})
  SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) AS amount, CAST(coalesce(sum(count), 0) AS BIGINT) AS count
    FROM (${parts.join(' UNION ALL ')}) AS parts`

const all = sumOf([edge, ...sums])
const allButOne = sumOf([edge, ...sums, leftOut])

/**
 * Newer than the window's start: a window of 24 h that ends now leaves out what moved exactly 24 h ago. The rows at
 * its edge are added one by one, everything after them by the sums of `movement_sums`.
 */
export function moved({ key, withinMs, except }: Extract<Read, { read: 'moved' }>): ReadStatement<Answers['moved']> {
  return {
    sql: except === undefined ? all : allButOne,
    params: { key, within: withinMs, ...(except !== undefined && { except }) },
    answer: ([row = {}]) => ({ amount: integer(row, 'amount'), count: integer(row, 'count') }),
  }
}
