/** The records as text, and the look-ups over them: prepared once, one statement for each thing that is asked. */
import type { DatabaseSync } from 'node:sqlite'
import type { Directory } from './records.ts'
import { type Collection, collections } from './schema.ts'

export interface Table {
  /** Undefined when there is no such record. */
  text(id: string): string | undefined
  /** In the order of the source. */
  ids(): readonly string[]
  put(id: string, record: string): void
  remove(id: string): void
}

export type Tables = Readonly<Record<Collection, Table>>

export function tablesOf(database: DatabaseSync): Tables {
  const [orders, products, users] = collections
  return { orders: tableOf(database, orders), products: tableOf(database, products), users: tableOf(database, users) }
}

function tableOf(database: DatabaseSync, name: Collection): Table {
  const one = database.prepare(`SELECT record FROM ${name} WHERE id = ?`)
  const all = database.prepare(`SELECT id FROM ${name} ORDER BY rowid`)
  const put = database.prepare(
    `INSERT INTO ${name} (id, record) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record`,
  )
  const remove = database.prepare(`DELETE FROM ${name} WHERE id = ?`)
  return {
    text: (id) => cell(one.get(id), 'record'),
    ids: () => all.all().map((row) => String(row.id)),
    put: (id, record) => void put.run(id, record),
    remove: (id) => void remove.run(id),
  }
}

export function directoryOf(database: DatabaseSync): Directory {
  const byEmail = database.prepare(`SELECT id FROM users WHERE lower(record ->> '$.email') = ? ORDER BY rowid LIMIT 1`)
  const byName = database.prepare(
    `SELECT id FROM users WHERE lower(record ->> '$.name.first_name') = ? AND lower(record ->> '$.name.last_name') = ?
     AND record ->> '$.address.zip' = ? ORDER BY rowid LIMIT 1`,
  )
  const types = database.prepare(
    `SELECT record ->> '$.name' AS name, record ->> '$.product_id' AS product_id FROM products ORDER BY rowid`,
  )
  return {
    userIdByEmail: (email) => cell(byEmail.get(email.toLowerCase()), 'id'),
    userIdByNameAndZip: (first, last, zip) => cell(byName.get(first.toLowerCase(), last.toLowerCase(), zip), 'id'),
    productTypes: () => types.all().map((row) => ({ name: String(row.name), product_id: String(row.product_id) })),
  }
}

function cell(row: Record<string, unknown> | undefined, column: string): string | undefined {
  return row ? String(row[column]) : undefined
}
