import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { freshPlace, open } from '../../../test/open-sqlite.ts'
import { append, happened } from '../contract/ledger-under-test.ts'
import { schemaVersion } from '../migrations/migrations.ts'
import { derivedTables, projectionTables } from '../migrations/projection-tables.ts'
import { connectSqlite } from './sqlite-connection.ts'

test('the tables have the columns and keys that projections are told of', async (t) => {
  const { place, remove } = await freshPlace()
  t.after(remove)
  await (await open(place, [])).close()
  const database = connectSqlite(place)
  t.after(() => database.close())
  for (const [table, { columns, key }] of Object.entries({ ...projectionTables, ...derivedTables })) {
    const found = database.prepare(`PRAGMA table_info(${table})`).all()
    assert.deepEqual(found.map(({ name }) => name).sort(), [...columns].sort(), table)
    const keyed = found.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
    assert.deepEqual(
      keyed.map(({ name }) => name),
      key,
      table,
    )
  }
})

test('a ledger that a newer Charter wrote is refused before anything is written', async (t) => {
  const { place, remove } = await freshPlace()
  t.after(remove)
  const ledger = await open(place, [])
  await append(ledger, 'run/1', [happened])
  await ledger.close()
  const database = connectSqlite(place)
  database.exec(`UPDATE meta SET value = '${schemaVersion + 1}' WHERE name = 'schema'; PRAGMA journal_mode = DELETE`)
  database.close()
  const before = digest(place)
  await assert.rejects(open(place, []), { code: 'ledger_newer', message: new RegExp(`schema ${schemaVersion + 1}`) })
  assert.equal(digest(place), before)
})

test('two processes that open a new ledger at once agree on what it is', async (t) => {
  const { place, remove } = await freshPlace()
  t.after(remove)
  const ledgers = await Promise.all(Array.from({ length: 4 }, () => open(place, [])))
  t.after(() => Promise.all(ledgers.map((ledger) => ledger.close())))
  assert.equal(new Set(ledgers.map(({ id }) => id)).size, 1)
})

test('two projections that claim one table are refused', async () => {
  const claim = (name: string) => ({ name, tables: ['runs'], project: () => [] })
  await assert.rejects(open(':memory:', [claim('one'), claim('two')]), { code: 'internal', message: /both write/ })
})

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')
