/**
 * The system of record: orders, users and products in one SQLite file, or in memory. It promises that an accepted
 * write is there whole or not at all, and once for each key; that every statement that touches a record is logged,
 * whoever made it; and that `reset` brings back the data as it was loaded.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isOperationName, operations } from './operations.ts'
import { accept, type Outcome, refuse } from './outcome.ts'
import { type Receipt, type Receipts, receiptsOf } from './receipts.ts'
import type { Change, Directory, Order, Product, Records, User } from './records.ts'
import { type Collection, collections, schema } from './schema.ts'
import { createStateHash, hashOf } from './state-hash.ts'
import { directoryOf, type Tables, tablesOf } from './tables.ts'
import { type LoggedWrite, type WriteLog, writeLogOf } from './write-log.ts'

export interface Store extends Records, Directory, Disposable {
  /** Does one operation by name. The key makes a write happen once: sent again, it answers with the first value. */
  perform(name: string, input: unknown, key?: string): Outcome<unknown>
  /** Undefined when no write was accepted under that key. */
  receipt(key: string): Receipt | undefined
  receipts(): readonly Receipt[]
  /** Rows touched since the data was loaded or reset, oldest first, also by statements that changed nothing. */
  writeLog(): readonly LoggedWrite[]
  writeCount(): number
  /** SHA-256 over RFC 8785 text of `{orders, products, users}`, in hex. Costs what was touched since the last call. */
  stateHash(): string
  /** The same, made again from every record: what the quick one must agree with. */
  stateHashAnew(): string
  /** JSON text, with the key order of its source. */
  recordText(collection: Collection, id: string): string | undefined
  /** In the order of the source. */
  ids(collection: Collection): readonly string[]
  reset(): void
  /** A copy of the database as a new file. */
  saveTo(file: string): void
}

/** @param options `data`: folder with `orders.json`, `products.json` and `users.json`, read only when the file is new. */
export function openStore({ data, file = ':memory:' }: { data: string; file?: string }): Store {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  if (!database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'write_log'`).get()) load(database, data)
  return storeOver(database, tablesOf(database), writeLogOf(database), receiptsOf(database))
}

/** SQLite takes the JSON apart, since a JavaScript object would move keys that look like small numbers to the front. */
function load(database: DatabaseSync, folder: string): void {
  database.exec(`BEGIN IMMEDIATE; ${schema}`)
  for (const name of collections) {
    const text = readFileSync(path.join(folder, `${name}.json`), 'utf8')
    database.prepare(`INSERT INTO ${name} (id, record) SELECT key, value FROM json_each(?)`).run(text)
  }
  database.exec('DELETE FROM write_log; COMMIT')
}

function storeOver(database: DatabaseSync, tables: Tables, log: WriteLog, receipts: Receipts): Store {
  const stateHash = createStateHash(tables, log)
  const store: Store = {
    order: (id) => parsed<Order>(tables.orders.text(id)),
    product: (id) => parsed<Product>(tables.products.text(id)),
    user: (id) => parsed<User>(tables.users.text(id)),
    ...directoryOf(database),

    perform(name, input, key) {
      if (!isOperationName(name)) return refuse(`there is no operation \`${name}\``)
      const { effect, perform } = operations[name]
      if (effect !== 'write') return perform(store, input)
      return atomically(database, () => {
        const earlier = key === undefined ? undefined : receipts.find(key)
        if (earlier) return repeated(earlier, name, input)
        const outcome = perform(store, input)
        if (!outcome.ok) return outcome
        for (const change of outcome.changes) save(tables, change)
        receipts.add({ key: key ?? null, operation: name, input, value: outcome.value })
        return outcome
      })
    },
    receipt: receipts.find,
    receipts: receipts.all,
    writeLog: log.all,
    writeCount: log.count,
    stateHash: stateHash.hex,
    stateHashAnew: () => hashOf(tables),
    recordText: (collection, id) => tables[collection].text(id),
    ids: (collection) => tables[collection].ids(),

    reset() {
      atomically(database, () => {
        for (const write of log.all().toReversed()) undo(tables, write)
        stateHash.refresh()
        log.clear()
        receipts.clear()
      })
    },
    saveTo: (copy) => void database.prepare('VACUUM INTO ?').run(copy),
    [Symbol.dispose]: () => database.close(),
  }
  return store
}

function parsed<Shape>(text: string | undefined): Shape | undefined {
  return text === undefined ? undefined : JSON.parse(text)
}

function atomically<Value>(database: DatabaseSync, work: () => Value): Value {
  database.exec('BEGIN IMMEDIATE')
  try {
    const value = work()
    database.exec('COMMIT')
    return value
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** A key belongs to one call; the shop does not guess which of two was meant. */
function repeated(earlier: Receipt, name: string, input: unknown): Outcome<unknown> {
  const same = earlier.operation === name && JSON.stringify(earlier.input) === JSON.stringify(input)
  return same ? accept(earlier.value) : refuse('the key was used for another call')
}

function save(tables: Tables, { collection, id, record }: Change): void {
  tables[collection].put(id, JSON.stringify(record))
}

function undo(tables: Tables, { collection, id, before }: LoggedWrite): void {
  if (before === null) tables[collection].remove(id)
  else tables[collection].put(id, before)
}
