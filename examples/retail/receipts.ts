/** What the shop remembers of its accepted writes, so that one that is sent twice is done once. */
import type { DatabaseSync } from 'node:sqlite'

export interface Receipt {
  /** As the caller gave it; null for a call without one. */
  readonly key: string | null
  readonly operation: string
  readonly input: unknown
  readonly value: unknown
}

export interface Receipts {
  find(key: string): Receipt | undefined
  /** Oldest first. */
  all(): readonly Receipt[]
  add(receipt: Receipt): void
  clear(): void
}

export function receiptsOf(database: DatabaseSync): Receipts {
  const find = database.prepare('SELECT * FROM receipts WHERE key = ?')
  const all = database.prepare('SELECT * FROM receipts ORDER BY seq')
  const add = database.prepare('INSERT INTO receipts (key, operation, input, value) VALUES (?, ?, ?, ?)')
  const clear = database.prepare('DELETE FROM receipts')
  return {
    find(key) {
      const row = find.get(key)
      return row && receipt(row)
    },
    all: () => all.all().map(receipt),
    add: ({ key, operation, input, value }) =>
      void add.run(key, operation, JSON.stringify(input), JSON.stringify(value)),
    clear: () => void clear.run(),
  }
}

function receipt(row: Record<string, unknown>): Receipt {
  return {
    key: row.key === null ? null : String(row.key),
    operation: String(row.operation),
    input: JSON.parse(String(row.input)),
    value: JSON.parse(String(row.value)),
  }
}
