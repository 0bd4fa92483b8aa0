import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import { postgres } from '../../../test/open-postgres.ts'
import { freshDatabase } from '../../../test/postgres.ts'
import { transactionOf } from '../contract/deeds.ts'
import { hold } from '../contract/held-transaction.ts'
import { append, change, happened, openFresh, tailOf, tenant } from '../contract/ledger-under-test.ts'
import { grantRow, put } from '../contract/rows.ts'
import { schemaVersion } from '../migrations/migrations.ts'
import { mostEvents, transactionNumber } from './positions.ts'

/** A connection of the test's own, which at last undoes what the next test must not meet. */
async function rawClient(
  t: TestContext,
  url: string,
  undo?: (client: pg.Client) => Promise<unknown>,
): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  t.after(async () => {
    await undo?.(client)
    await client.end()
  })
  return client
}

/** An event of a transaction that stays open, written as the ledger writes it. */
const openTransaction = async (client: pg.Client, stream: string) => {
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO events (position, tenant, stream, seq, type, v, at, actor, body, prev_hash, hash)
      VALUES (${transactionNumber} * ${mostEvents}, $1, $2, 1, 'thing.happened', 1, 1, 'ada', '{}', 'p', 'h')`,
    [tenant, stream],
  )
}

test('L7 when an older transaction commits after a newer one, no reader loses an event and none sees them out of order', async (t) => {
  const { ledger, place } = await openFresh(t, postgres)
  const older = await rawClient(t, place)
  await append(ledger, 'run/before', [happened])
  await openTransaction(older, 'run/older')
  await append(ledger, 'run/newer', [happened])
  const early = await tailOf(ledger, 1)
  assert.deepEqual(
    early.map(({ stream }) => stream),
    ['run/before'],
  )
  await older.query('COMMIT')
  const late = await tailOf(ledger, 2, early.at(-1)?.position)
  assert.deepEqual(
    late.map(({ stream }) => stream),
    ['run/older', 'run/newer'],
  )
})

test('L7 two transactions that draw their numbers and write in opposite order are still shown in rising order', async (t) => {
  const { ledger, place } = await openFresh(t, postgres)
  const [one, two] = [await rawClient(t, place), await rawClient(t, place)]
  await one.query('BEGIN')
  await one.query('SELECT pg_current_xact_id()')
  await openTransaction(two, 'run/two')
  await one.query(
    `INSERT INTO events (position, tenant, stream, seq, type, v, at, actor, body, prev_hash, hash)
      VALUES (${transactionNumber} * ${mostEvents}, $1, 'run/one', 1, 'thing.happened', 1, 1, 'ada', '{}', 'p', 'h')`,
    [tenant],
  )
  await two.query('COMMIT')
  assert.deepEqual(await ledger.tail(tenant, 0, 10), [])
  await one.query('COMMIT')
  assert.deepEqual(
    (await tailOf(ledger, 2)).map(({ stream }) => stream),
    ['run/one', 'run/two'],
  )
})

test('L7 a reader that waits behind an older transaction is woken when that one is given up', async (t) => {
  const { ledger, place } = await openFresh(t, postgres)
  const older = await rawClient(t, place)
  await openTransaction(older, 'run/older')
  await append(ledger, 'run/newer', [happened])
  const { signal } = new AbortController()
  const changed = ledger.changed(signal)
  assert.deepEqual(await ledger.tail(tenant, 0, 10), [])
  await older.query('ROLLBACK')
  await changed
  assert.equal((await tailOf(ledger, 1)).length, 1)
})

test('D2 an engine that is paused in the middle of a dispatch cannot hold up a stop for longer than a second or so', async (t) => {
  const { ledger, place } = await openFresh(t, postgres)
  await change(ledger, put('grants', grantRow('grant_1')))
  const paused = await hold(postgres.opener ?? new URL(''), place, {
    deed: 'dispatch',
    run: 'run_1',
    effect: 'eff_1',
    amount: 1,
  })
  const pressed = performance.now()
  const flying = await ledger.transact(transactionOf({ deed: 'stop', stop: 's1', lock: 'tenant' }))
  const took = performance.now() - pressed
  assert.deepEqual(flying, [])
  assert.ok(took < 5000, `the stop took ${Math.round(took)} ms`)
  assert.deepEqual(await paused.release(), { ended: 'failed', code: 'ledger_unavailable' })
  assert.deepEqual(await ledger.read(tenant, 'run/run_1'), [])
})

test('a ledger that was restored into a younger server goes on behind its last event', async (t) => {
  const { ledger, place, openAgain } = await openFresh(t, postgres)
  await append(ledger, 'run/1', [happened])
  const client = await rawClient(t, place, (client) => setMeta(client, 'position_offset', '0'))
  const far = 2 ** 42
  await client.query('UPDATE events SET position = $1', [far])
  const restored = await openAgain()
  await append(restored, 'run/2', [happened])
  const again = await openAgain()
  await append(again, 'run/3', [happened])
  const events = await tailOf(again, 3)
  assert.deepEqual(
    events.map(({ stream }) => stream),
    ['run/1', 'run/2', 'run/3'],
  )
  assert.ok(events.every(({ position }) => position >= far && Number.isSafeInteger(position)))
})

test('a transaction of more events than a position can tell apart is refused as a whole', async (t) => {
  const { ledger } = await openFresh(t, postgres)
  const many = Array.from({ length: mostEvents }, () => happened)
  await append(ledger, 'run/1', many)
  assert.equal((await tailOf(ledger, mostEvents)).length, mostEvents)
  await assert.rejects(append(ledger, 'run/2', [...many, happened]), { code: 'internal' })
  assert.deepEqual(await ledger.read(tenant, 'run/2'), [])
})

test('a database that takes no writes says so', async (t) => {
  const { ledger, place, openAgain } = await openFresh(t, postgres)
  const name = new URL(place).pathname.slice(1)
  const client = await rawClient(t, place, (client) =>
    client.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`),
  )
  await client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
  const readOnly = await openAgain()
  assert.deepEqual(await readOnly.read(tenant, 'run/1'), [])
  await assert.rejects(append(readOnly, 'run/1', [happened]), { code: 'ledger_read_only' })
  await append(ledger, 'run/1', [happened])
})

test('processes that open a new ledger at once agree on what it is', async (t) => {
  const { url, drop } = await freshDatabase()
  const ledgers = await Promise.all(Array.from({ length: 4 }, () => postgres.open(url, [])))
  t.after(async () => {
    await Promise.all(ledgers.map((ledger) => ledger.close()))
    await drop()
  })
  assert.equal(new Set(ledgers.map(({ id }) => id)).size, 1)
})

test('a ledger that a newer Charter wrote is refused', async (t) => {
  const { place, openAgain } = await openFresh(t, postgres)
  const client = await rawClient(t, place, (client) => setMeta(client, 'schema', String(schemaVersion)))
  await setMeta(client, 'schema', '99')
  await assert.rejects(openAgain(), { code: 'ledger_newer', message: /schema 99/ })
})

test('a server that cannot be reached is named without its password', async () => {
  const url = 'postgres://ada:secret@127.0.0.1:1/ledger'
  await assert.rejects(postgres.open(url, []), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'ledger_unavailable')
    assert.match(error.message, /127\.0\.0\.1:1\/ledger/)
    assert.doesNotMatch(error.message, /secret/)
    return true
  })
})

const setMeta = (client: pg.Client, name: string, value: string) =>
  client.query('UPDATE meta SET value = $2 WHERE name = $1', [name, value])
