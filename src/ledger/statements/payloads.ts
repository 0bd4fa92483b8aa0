/** Where payloads lie, and taking them away. */
import type { Row } from '../projection.ts'
import type { StoredPayload } from '../stored-payloads.ts'
import { integer, text } from './row-values.ts'
import type { Statement } from './statement.ts'

/** Jumps from one stream to the next along the key, instead of reading every payload. */
export const payloadStreams = (after: string, most: number): Statement => ({
  sql: `WITH RECURSIVE known (stream) AS (
      SELECT min(stream) FROM payloads WHERE tenant = :tenant AND stream > :after
      UNION ALL
      SELECT (SELECT min(payloads.stream) FROM payloads WHERE tenant = :tenant AND payloads.stream > known.stream)
        FROM known WHERE known.stream IS NOT NULL
    ) SELECT stream FROM known WHERE stream IS NOT NULL LIMIT :most`,
  params: { after, most },
})

export const payloadsOfStream = (stream: string): Statement => ({
  sql: 'SELECT n, class FROM payloads WHERE tenant = :tenant AND stream = :stream ORDER BY n',
  params: { stream },
})

export const removePayload = (stream: string, n: number): Statement => ({
  sql: 'DELETE FROM payloads WHERE tenant = :tenant AND stream = :stream AND n = :n',
  params: { stream, n },
})

export const removePayloads = (stream: string, ns: readonly number[]): Statement => ({
  sql: `DELETE FROM payloads WHERE tenant = :tenant AND stream = :stream
    AND n IN (SELECT CAST(wanted.n AS BIGINT) FROM json_array_elements_text(CAST(:ns AS JSON)) AS wanted (n)) RETURNING n`,
  params: { stream, ns: JSON.stringify(ns) },
})

export const storedPayloadOf = (row: Row): StoredPayload => ({ n: integer(row, 'n'), class: text(row, 'class') })
