import type { Answers, Read } from '../reads.ts'
import { integer, text } from './row-values.ts'
import type { ReadStatement } from './statement.ts'

/** Of a stream that nobody wrote to: seq 0 and no hash. */
export const unwritten: Answers['head'] = { seq: 0, hash: '' }

export const head = ({ stream }: Extract<Read, { read: 'head' }>): ReadStatement<Answers['head']> => ({
  sql: 'SELECT seq, hash FROM heads WHERE tenant = :tenant AND stream = :stream',
  params: { stream },
  answer: ([row]) => (row === undefined ? unwritten : { seq: integer(row, 'seq'), hash: text(row, 'hash') }),
})
