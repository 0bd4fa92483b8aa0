/** Connections to one PostgreSQL database: pipelined, with whole numbers as numbers and each text prepared once. */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { CharterError } from '../../errors.ts'
import type { StoredRow } from '../statements/events.ts'
import { numberParameters, type Parameter, type Statement } from '../statements/statement.ts'
import { asLedgerError } from './postgres-errors.ts'

export interface Prepared {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** What both a pool's client and a single client can do. */
export interface Connection {
  /** The line itself, which may be told to gather what it is to send. */
  readonly connection: { readonly stream: { cork(): void; uncork(): void } }
  query(text: string): Promise<{ rows: StoredRow[]; command: string }>
  query(prepared: { name: string; text: string; values: unknown[] }): Promise<{ rows: StoredRow[]; command: string }>
}

const clock = `(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)`
const int8 = 20

/** Node's `pg` hands 64-bit numbers out as text, lest they lose digits; none of ours comes near 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format ?? 'text'),
}

export const clientOptions = (url: string) => ({
  connectionString: url,
  pipeline: true,
  types,
  application_name: 'charter',
  connectionTimeoutMillis: 5000,
})

export function openPool(url: string, most: number): pg.Pool {
  const pool = new pg.Pool({ ...clientOptions(url), max: most, onConnect: prepareSession })
  // An idle connection that the server ends is no news: the next caller gets another.
  pool.on('error', () => {})
  return pool
}

function prepareSession(client: pg.ClientBase): Promise<unknown> {
  // One that ends while it is in use is told to its user by the query that fails.
  client.on('error', () => {})
  return client.query('SET synchronous_commit = on')
}

/** The server and database without user or password: for messages. */
export function nameOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url)
    return `${hostname}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return 'PostgreSQL'
  }
}

interface NumberedText {
  readonly name: string
  readonly text: string
  readonly names: readonly string[]
}

/** The texts of one ledger, each numbered and named once. */
export class PreparedTexts {
  #texts = new Map<string, NumberedText>()

  prepare({ sql, params }: Statement, given: Readonly<Record<string, Parameter>> = {}): Prepared {
    const { name, text, names } = this.#numbered(sql)
    return { name, text, values: names.map((param) => parameterValue(param, params, given)) }
  }

  #numbered(sql: string): NumberedText {
    const known = this.#texts.get(sql)
    if (known) return known
    const numbered = { ...numberParameters(sql.replaceAll(/:now\b/g, clock), '$'), name: statementName(sql) }
    this.#texts.set(sql, numbered)
    return numbered
  }
}

export const statementName = (sql: string) => `c_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`

function parameterValue(
  name: string,
  params: Readonly<Record<string, Parameter>>,
  given: Readonly<Record<string, Parameter>>,
): unknown {
  const value = name in params ? params[name] : given[name]
  if (value === undefined) throw new CharterError('internal', `a statement's parameter \`${name}\` has no value`)
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value
}

export const run = (connection: Connection, { name, text, values }: Prepared) =>
  connection.query({ name, text, values: [...values] })

/** Does the work on a connection of the pool; one on which something failed is not used again. */
export async function withConnection<Answer>(
  pool: pg.Pool,
  where: string,
  work: (connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  let client: pg.PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw asLedgerError(error, where)
  }
  let failed = true
  try {
    const answer = await work(client)
    failed = false
    return answer
  } catch (error) {
    throw asLedgerError(error, where)
  } finally {
    client.release(failed)
  }
}
