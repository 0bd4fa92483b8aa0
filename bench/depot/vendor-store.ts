/**
 * The vendor's own account: what reached its socket, what it carried out, what it answered. Nothing of Charter is in
 * here. Only `book` and `pay` are done once for each key; `ship` and `mail` are done as often as they arrive.
 */
import { DatabaseSync } from 'node:sqlite'

const honoursKeys = new Set(['book', 'pay'])

export interface Write {
  readonly tool: string
  /** What the order calls it: the world wants it once. */
  readonly business: string
  readonly key: string
  readonly attempt: number
  /** The number of the engine process that sent it. */
  readonly engine: number
}

/** Times in milliseconds since 1970; null for what did not happen. */
export interface Arrival extends Write {
  readonly n: number
  readonly at: number
  readonly answered_at: number | null
  /** The connection ended before there was an answer. */
  readonly cut_at: number | null
}

export interface Commit {
  readonly tool: string
  readonly business: string
  readonly key: string
  readonly receipt: string
  readonly at: number
}

const schema = `
  PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000;
  CREATE TABLE IF NOT EXISTS arrivals (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, tool TEXT NOT NULL,
    business TEXT NOT NULL, key TEXT NOT NULL, attempt INTEGER NOT NULL, engine INTEGER NOT NULL,
    answered_at INTEGER, cut_at INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS commits (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, tool TEXT NOT NULL,
    business TEXT NOT NULL, key TEXT NOT NULL, receipt TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS commits_by_key ON commits (key);`

/** Several processes may have the file open; the vendor alone writes. */
export function openVendorStore(file: string) {
  const database = new DatabaseSync(file)
  database.exec(schema)
  const insertArrival = database.prepare(
    'INSERT INTO arrivals (at, tool, business, key, attempt, engine) VALUES (?, ?, ?, ?, ?, ?) RETURNING n',
  )
  const setAnswered = database.prepare('UPDATE arrivals SET answered_at = ? WHERE n = ?')
  const setCut = database.prepare('UPDATE arrivals SET cut_at = ? WHERE n = ?')
  const findCommit = database.prepare('SELECT receipt FROM commits WHERE key = ? LIMIT 1')
  const insertCommit = database.prepare('INSERT INTO commits (at, tool, business, key, receipt) VALUES (?, ?, ?, ?, ?)')
  const receiptOf = (key: string): string | undefined => {
    const found = findCommit.get(key)
    return found && String(found.receipt)
  }
  let receipts = Number(database.prepare('SELECT count(*) AS count FROM commits').get()?.count)

  return {
    arrived: ({ tool, business, key, attempt, engine }: Write, at: number): number =>
      Number(insertArrival.get(at, tool, business, key, attempt, engine)?.n),
    answered: (n: number, at: number) => void setAnswered.run(at, n),
    cut: (n: number, at: number) => void setCut.run(at, n),
    /** Does it, unless this key was honoured before; gives the receipt. */
    carryOut({ tool, business, key }: Write, at: number): string {
      const known = honoursKeys.has(tool) ? receiptOf(key) : undefined
      if (known !== undefined) return known
      receipts += 1
      const receipt = `${tool}-${receipts}`
      insertCommit.run(at, tool, business, key, receipt)
      return receipt
    },
    receiptOf,
    arrivals: (): readonly Arrival[] => database.prepare('SELECT * FROM arrivals ORDER BY n').all().map(arrivalOf),
    commits: (): readonly Commit[] => database.prepare('SELECT * FROM commits ORDER BY n').all().map(commitOf),
    close: () => database.close(),
  }
}

type Row = Readonly<Record<string, unknown>>

const arrivalOf = (row: Row): Arrival => ({
  n: Number(row.n),
  at: Number(row.at),
  tool: String(row.tool),
  business: String(row.business),
  key: String(row.key),
  attempt: Number(row.attempt),
  engine: Number(row.engine),
  answered_at: row.answered_at === null ? null : Number(row.answered_at),
  cut_at: row.cut_at === null ? null : Number(row.cut_at),
})

const commitOf = (row: Row): Commit => ({
  tool: String(row.tool),
  business: String(row.business),
  key: String(row.key),
  receipt: String(row.receipt),
  at: Number(row.at),
})
