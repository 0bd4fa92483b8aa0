import type { Answers, Read } from '../reads.ts'
import { integer } from './row-values.ts'
import type { ReadStatement } from './statement.ts'

/** Newer than the window's start: a window of 24 h that ends now leaves out what moved exactly 24 h ago. */
export function moved({ key, withinMs, except }: Extract<Read, { read: 'moved' }>): ReadStatement<Answers['moved']> {
  return {
    sql: `SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) AS amount, count(*) AS count FROM movements
      WHERE tenant = :tenant AND "key" = :key AND at > :now - :within AND state IN ('held', 'settled')
      ${except === undefined ? '' : 'AND effect <> :except'}`,
    params: { key, within: withinMs, ...(except !== undefined && { except }) },
    answer: ([row = {}]) => ({ amount: integer(row, 'amount'), count: integer(row, 'count') }),
  }
}
