/**
 * Somebody who has copies of everything and none of the product's manners: rows of payloads as the database has them, or
 * had them in a backup, and every key that the keyring's file still holds.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { keyIdIn, open } from '../../src/keyring/seal.ts'

export interface PayloadRow {
  readonly tenant: string
  readonly stream: string
  readonly n: number
  readonly class: string
  readonly ciphertext: Uint8Array
}

export interface KeyRow {
  readonly id: string
  readonly bytes: Buffer
}

const selected = 'SELECT tenant, stream, n, class, ciphertext FROM payloads ORDER BY tenant, stream, n'

export async function payloadRows(ledger: string): Promise<readonly PayloadRow[]> {
  if (!ledger.startsWith('postgres')) {
    using database = new DatabaseSync(ledger, { readOnly: true })
    return database.prepare(selected).all().map(rowOf)
  }
  const client = new pg.Client({ connectionString: ledger })
  await client.connect()
  try {
    return (await client.query(selected)).rows.map(rowOf)
  } finally {
    await client.end()
  }
}

function rowOf({ tenant, stream, n, class: name, ciphertext }: Record<string, unknown>): PayloadRow {
  if (!(ciphertext instanceof Uint8Array)) throw new Error('a payload holds no bytes')
  const bytes = new Uint8Array(ciphertext)
  return { tenant: String(tenant), stream: String(stream), n: Number(n), class: String(name), ciphertext: bytes }
}

/** Data keys that are there: an erased one is zeros. */
export function dataKeys(keyring: string): readonly KeyRow[] {
  return keysIn(keyring, 'SELECT id, key FROM data_keys').filter(({ bytes }) => bytes.some((byte) => byte !== 0))
}

/** Keys that outlive every erasure: what a backup of the house's long-lived keys would hold. */
export function longLivedKeys(keyring: string): readonly KeyRow[] {
  return keysIn(keyring, 'SELECT purpose AS id, key FROM tenant_keys')
}

function keysIn(keyring: string, sql: string): readonly KeyRow[] {
  using database = new DatabaseSync(keyring, { readOnly: true })
  return database
    .prepare(sql)
    .all()
    .flatMap(({ id, key }) => (key instanceof Uint8Array ? [{ id: String(id), bytes: Buffer.from(key) }] : []))
}

/** What can be read of these rows: under the key that a payload names, and under each of `others`. */
export function opened(
  rows: readonly PayloadRow[],
  keys: readonly KeyRow[],
  others: readonly KeyRow[] = [],
): readonly string[] {
  const byId = new Map(keys.map(({ id, bytes }) => [id, createSecretKey(bytes)]))
  const all = others.map(({ bytes }) => createSecretKey(bytes))
  return rows.flatMap((row) => {
    const named = byId.get(keyIdIn(row.ciphertext))
    const texts = [...(named ? [named] : []), ...all].flatMap((key) => tryOpen(key, row))
    return texts.slice(0, 1)
  })
}

function tryOpen(key: KeyObject, { ciphertext, ...place }: PayloadRow): readonly string[] {
  try {
    return [JSON.stringify(open(key, place, ciphertext))]
  } catch {
    return []
  }
}
