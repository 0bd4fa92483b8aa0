/** The few words in which the two databases' schemas differ; everything else of a migration is one text for both. */
export interface Dialect {
  readonly database: 'sqlite' | 'postgres'
  readonly text: string
  readonly integer: string
  readonly bytes: string
  /** What stands after the closing bracket of a table that is found by its key. */
  readonly keyed: string
  /** The same for a table of rows that are only ever added. */
  readonly added: string
}

/** STRICT, so that a projection that writes a fraction fails here as it does on PostgreSQL. */
export const sqliteDialect: Dialect = {
  database: 'sqlite',
  text: 'TEXT',
  integer: 'INTEGER',
  bytes: 'BLOB',
  keyed: 'STRICT, WITHOUT ROWID',
  added: 'STRICT',
}

/** The `C` collation compares bytes, as SQLite does: lists come in the same order on both. */
export const postgresDialect: Dialect = {
  database: 'postgres',
  text: 'TEXT COLLATE "C"',
  integer: 'BIGINT',
  bytes: 'BYTEA',
  keyed: '',
  added: '',
}
