/**
 * What reached the socket and what was committed: the only witness that counts. Rows are only ever added, and are on the
 * disk before anything is answered. `openWitness` reads them from another process, also after the desk was killed.
 */
import { DatabaseSync } from 'node:sqlite'
import type { DeskRequest } from './request.ts'
import type { Store } from './store.ts'

/** One request with its body, as it came. `at`: milliseconds since 1970. */
export type Arrival = {
  n: number
  at: number
  method: string
  path: string
  idempotency_key: string | null
  body_sha256: string
  body: string
  /** 0: the client went away before its request was whole; nothing was done about it. */
  complete: 0 | 1
}

/** One write that happened, and the arrival that caused it. `text`: the reason, the note or the reply. */
export type Commit = {
  n: number
  arrival: number
  at: number
  kind: 'refund' | 'note' | 'note_removed' | 'reply'
  id: string
  invoice: string | null
  ticket: string | null
  amount_minor: number | null
  currency: string | null
  text: string
  idempotency_key: string | null
}

/** Durable on return; gives the number of the arrival. */
export function recordArrival({ sql }: Store, it: Omit<Arrival, 'n'>): number {
  const { lastInsertRowid } =
    sql.run`insert into arrivals (at, method, path, idempotency_key, body_sha256, body, complete)
    values (${it.at}, ${it.method}, ${it.path}, ${it.idempotency_key}, ${it.body_sha256}, ${it.body}, ${it.complete})`
  return Number(lastInsertRowid)
}

type Happened = Pick<Commit, 'kind' | 'id' | 'text'> & Partial<Commit>

/** Inside the transaction of the write itself. */
export function recordCommit({ sql }: Store, { arrival, at, key }: DeskRequest, it: Happened): void {
  sql.run`insert into commits (arrival, at, kind, id, invoice, ticket, amount_minor, currency, text, idempotency_key)
    values (${arrival}, ${at}, ${it.kind}, ${it.id}, ${it.invoice ?? null}, ${it.ticket ?? null},
      ${it.amount_minor ?? null}, ${it.currency ?? null}, ${it.text}, ${key})`
}

/** Inside the transaction of the write: the place its commit will take names what it makes, as in `re_1001`. */
export function nextId({ sql }: Store, prefix: string): string {
  return `${prefix}_${sql.get`select 1001 + coalesce(max(n), 0) as id from commits`?.id}`
}

export function readArrivals(database: DatabaseSync, after = 0): Arrival[] {
  const rows = database.prepare('select * from arrivals where n > ? order by n').all(after)
  return rows.map((row) => ({ ...row }) as Arrival)
}

export function readCommits(database: DatabaseSync, after = 0): Commit[] {
  const rows = database.prepare('select * from commits where n > ? order by n').all(after)
  return rows.map((row) => ({ ...row }) as Commit)
}

/** The log of a desk's file, read-only, while the desk runs or after it died. */
export function openWitness(file: string) {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  return {
    arrivals: (after?: number) => readArrivals(database, after),
    commits: (after?: number) => readCommits(database, after),
    close: () => database.close(),
    [Symbol.dispose]: () => database.close(),
  }
}
