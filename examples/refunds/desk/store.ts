/**
 * The desk's one SQLite file. WAL with synchronous=FULL: when a commit returns it is on the disk, so what the desk has
 * answered, and what it committed and never answered, are both there after `kill -9` or a power cut.
 */
import { DatabaseSync, type SQLTagStore } from 'node:sqlite'
import { type DeskData, seed } from './seed.ts'

export interface Store {
  database: DatabaseSync
  sql: SQLTagStore
  /** Milliseconds since 1970. */
  now(): number
}

/** Opens the file, and on the first opening makes the tables and puts the data in. */
export function openStore(file: string, data: () => DeskData, now: () => number): Store {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  const store = { database, sql: database.createTagStore(), now }
  transact(store, () => {
    if (store.sql.get`pragma user_version`?.user_version !== 0) return
    database.exec(schema)
    seed(store, data())
  })
  return store
}

/** All of it or nothing, alone with the file; durable on return. */
export function transact<Result>({ database }: Store, work: () => Result): Result {
  database.exec('begin immediate')
  try {
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

const schema = `
  create table customers (id text primary key, name text not null, email text not null);
  create table invoices (
    id text primary key,
    customer text not null references customers,
    description text not null,
    status text not null check (status in ('open', 'paid', 'void')),
    currency text not null,
    paid_minor integer not null,
    refunded_minor integer not null check (refunded_minor between 0 and paid_minor),
    issued_at text not null
  );
  create table refunds (
    id text primary key,
    invoice text not null references invoices,
    amount_minor integer not null check (amount_minor > 0),
    currency text not null,
    reason text not null,
    created_at text not null,
    idempotency_key text
  );
  create index refunds_by_key on refunds (idempotency_key);
  create table tickets (
    id text primary key,
    customer text not null references customers,
    invoice text references invoices,
    status text not null check (status in ('open', 'closed')),
    subject text not null,
    body text not null,
    created_at text not null
  );
  create table notes (
    id text primary key,
    ticket text not null references tickets,
    body text not null,
    created_at text not null,
    removed_at text,
    idempotency_key text
  );
  create index notes_by_key on notes (idempotency_key);
  create index notes_by_ticket on notes (ticket);
  create table replies (
    id text primary key,
    ticket text not null references tickets,
    body text not null,
    created_at text not null,
    idempotency_key text
  );
  create index replies_by_key on replies (idempotency_key);
  create index replies_by_ticket on replies (ticket);
  create virtual table documents using fts5 (
    id unindexed, source unindexed, title, text, updated_at unindexed, tokenize = 'porter unicode61'
  );
  create table arrivals (
    n integer primary key autoincrement,
    at integer not null,
    method text not null,
    path text not null,
    idempotency_key text,
    body_sha256 text not null,
    body text not null,
    complete integer not null
  );
  create table commits (
    n integer primary key autoincrement,
    arrival integer not null references arrivals,
    at integer not null,
    kind text not null,
    id text not null,
    invoice text,
    ticket text,
    amount_minor integer,
    currency text,
    text text not null,
    idempotency_key text
  );
  create table keys (
    key text primary key,
    fingerprint text not null,
    first_at integer not null,
    status integer not null,
    body text not null
  );
  create trigger arrivals_stay before update on arrivals begin select raise(abort, 'arrivals are only ever added'); end;
  create trigger arrivals_keep before delete on arrivals begin select raise(abort, 'arrivals are only ever added'); end;
  create trigger commits_stay before update on commits begin select raise(abort, 'commits are only ever added'); end;
  create trigger commits_keep before delete on commits begin select raise(abort, 'commits are only ever added'); end;
  pragma user_version = 1;
`
