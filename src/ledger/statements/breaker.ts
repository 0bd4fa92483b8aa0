import type { Answers, Read } from '../reads.ts'
import { integer, text } from './row-values.ts'
import { first, type ReadStatement } from './statement.ts'

export const breaker = ({ tool }: Extract<Read, { read: 'breaker' }>): ReadStatement<Answers['breaker']> => ({
  sql: 'SELECT state, since, until FROM breakers WHERE tenant = :tenant AND tool = :tool',
  params: { tool },
  answer: first((row) => ({ state: text(row, 'state'), since: integer(row, 'since'), until: integer(row, 'until') })),
})
