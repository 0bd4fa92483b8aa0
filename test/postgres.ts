/**
 * PostgreSQL for tests: `CHARTER_TEST_POSTGRES_URL` where it is set (`npm test` sets it to the one server it started),
 * else a server of this test file's own, which ends with its process.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type PostgresServer, startPostgresServer } from './postgres-server.ts'

let own: Promise<PostgresServer> | undefined

/** The URL of a running server on which databases can be created. */
async function postgresForTests(): Promise<string> {
  const given = process.env.CHARTER_TEST_POSTGRES_URL
  if (given !== undefined && given !== '') return given
  own ??= startPostgresServer().then((server) => {
    process.once('exit', () => server.remove())
    return server
  })
  return (await own).url
}

/** The URL of a database that nobody else uses, and its end. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = await postgresForTests()
  const name = `charter_${randomBytes(8).toString('hex')}`
  await onServer(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
