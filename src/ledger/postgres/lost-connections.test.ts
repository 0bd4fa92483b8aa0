import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { freshPlace } from '../../../test/open-postgres.ts'
import { proxyTo } from '../../../test/postgres-proxy.ts'
import { startPostgresServer } from '../../../test/postgres-server.ts'
import { systemClock } from '../../clock.ts'
import { systemRandomness } from '../../ids.ts'
import { append, happened, tenant } from '../contract/ledger-under-test.ts'
import { openPostgresLedger } from './postgres-ledger.ts'

const openAt = (url: string, restartLimitMs = 10_000) =>
  openPostgresLedger({ url, projections: [], clock: systemClock, random: systemRandomness, restartLimitMs })

/** A ledger behind a line that can be cut, and one beside it that sees what the server really holds. */
async function openBehindProxy(t: TestContext, restartLimitMs?: number) {
  const { place } = await freshPlace()
  const proxy = await proxyTo(place)
  const ledger = await openAt(proxy.url, restartLimitMs)
  const witness = await openAt(place)
  t.after(async () => {
    proxy.close()
    await Promise.all([ledger.close(), witness.close()])
  })
  return { proxy, ledger, witness, place }
}

/** Every commit takes half a second, inside the server. */
async function slowCommits(t: TestContext, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.after(async () => {
    await client.query('DROP FUNCTION linger CASCADE')
    await client.end()
  })
  await client.query(`
    CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION linger()`)
}

test('L4 a commit whose answer was lost answers its caller, and appends nothing twice', async (t) => {
  const { proxy, ledger, witness } = await openBehindProxy(t)
  let decided = 0
  proxy.lose('answer')
  const answer = await ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream: 'run/1' }],
    reads: {},
    decide() {
      decided += 1
      return { append: [{ stream: 'run/1', after: 'any', events: [happened] }], answer: 'yes' }
    },
  })
  assert.deepEqual([answer, decided], ['yes', 1])
  assert.equal((await witness.read(tenant, 'run/1')).length, 1)
})

test('L4 a commit that the server is still busy with when its line goes is waited for, not taken for a no', async (t) => {
  const { proxy, ledger, witness, place } = await openBehindProxy(t)
  await slowCommits(t, place)
  proxy.lose('line')
  const begun = performance.now()
  await append(ledger, 'run/1', [happened])
  assert.ok(performance.now() - begun > 300, 'the server was not slow enough to show anything')
  assert.equal((await witness.read(tenant, 'run/1')).length, 1)
})

test('L4 a commit that never arrived is an error, and is not sent again', async (t) => {
  const { proxy, ledger, witness } = await openBehindProxy(t)
  proxy.lose('commit')
  await assert.rejects(append(ledger, 'run/1', [happened]), { code: 'ledger_unavailable' })
  assert.deepEqual(await witness.read(tenant, 'run/1'), [])
  await append(ledger, 'run/1', [happened])
  assert.equal((await witness.read(tenant, 'run/1')).length, 1)
})

test('L4 when the server stays away after a lost answer, the caller learns that it is unknown', async (t) => {
  const { proxy, ledger } = await openBehindProxy(t, 200)
  proxy.lose('answer')
  proxy.refuse(true)
  await assert.rejects(append(ledger, 'run/1', [happened]), { code: 'ledger_commit_unknown' })
  proxy.refuse(false)
  await append(ledger, 'run/2', [happened])
})

test('a ledger whose connections were all cut goes on with new ones, and hears of changes again', async (t) => {
  const { proxy, ledger, witness } = await openBehindProxy(t)
  await append(ledger, 'run/1', [happened])
  proxy.cut()
  await wait(300)
  await append(ledger, 'run/1', [happened])
  const { signal } = new AbortController()
  await wait(300)
  const changed = ledger.changed(signal)
  await append(witness, 'run/2', [happened])
  await changed
  assert.equal((await ledger.read(tenant, 'run/2')).length, 1)
})

test('L3 what was answered is still there after the server crashed and came back', async (t) => {
  // What is not synced by its commit is lost.
  const server = await startPostgresServer({ wal_writer_delay: '10000ms' })
  t.after(() => server.remove())
  const ledger = await openAt(server.url)
  t.after(() => ledger.close())
  const answered: string[] = []
  let crashed = false
  const writers = Array.from({ length: 8 }, async (_, i) => {
    for (let n = 0; !crashed; n++) {
      await append(ledger, `run/${i}_${n}`, [happened]).then(
        () => answered.push(`run/${i}_${n}`),
        () => {},
      )
    }
  })
  await wait(300)
  server.crash()
  crashed = true
  await wait(300)
  server.start()
  await Promise.all(writers)
  assert.ok(answered.length > 8)
  const there = new Set((await ledger.tail(tenant, 0, 100_000)).map(({ stream }) => stream))
  assert.deepEqual(
    answered.filter((stream) => !there.has(stream)),
    [],
  )
})
