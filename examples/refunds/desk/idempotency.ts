/**
 * One key, one write. The first committed answer under a key is kept with its fingerprint, in the transaction of the
 * write; the same request again gets that answer, another request under the key is refused. A refusal keeps no key.
 */
import { type Answer, Refusal } from './refusal.ts'
import type { Store } from './store.ts'

export interface KeyedRequest {
  key: string | null
  /** SHA-256 over method, path and body. */
  fingerprint: string
}

/** Inside the transaction of the write. `windowMs`: how long a key is honoured; 0 for a vendor that knows no keys. */
export function once(store: Store, request: KeyedRequest, windowMs: number, write: () => Answer): Answer {
  if (request.key === null || windowMs === 0) return write()
  const kept = store.sql.get`select fingerprint, status, body from keys
    where key = ${request.key} and first_at > ${store.now() - windowMs}`
  if (kept === undefined) return keep(store, request.key, request.fingerprint, write())
  if (kept.fingerprint !== request.fingerprint) {
    throw new Refusal(409, 'idempotency_key_reused', `the key \`${request.key}\` came before with another request`)
  }
  return {
    status: Number(kept.status),
    body: JSON.parse(String(kept.body)),
    headers: { 'idempotent-replayed': 'true' },
  }
}

function keep({ sql, now }: Store, key: string, fingerprint: string, answer: Answer): Answer {
  sql.run`insert or replace into keys values (${key}, ${fingerprint}, ${now()}, ${answer.status}, ${JSON.stringify(answer.body)})`
  return answer
}
