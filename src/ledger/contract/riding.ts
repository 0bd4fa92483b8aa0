/** What is committed and not synced yet: seen by judgements, told to nobody, and durable within a second. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Ledger } from '../ledger.ts'
import { append, appendAll, changing, happened, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'
import { put, stopRow } from './rows.ts'

export function testRiding(name: string, under: LedgerUnderTest): void {
  /** A ledger in which one event rides, and a question whether it is synced now. */
  const givenOneThatRides = async (t: TestContext) => {
    const { place, ledger, openAgain } = await openFresh(t, under)
    await append(ledger, 'run/0', [happened])
    await rideWith(ledger, 'run/1')
    const isSynced = (await under.syncedLater?.(place)) ?? (async () => true)
    return { ledger, openAgain, isSynced }
  }

  test(`L3 ${name}: what rides is seen at once by whoever judges and tells nobody`, async (t) => {
    const { ledger } = await givenOneThatRides(t)
    const { stops } = await ledger.find(tenant, { stops: { read: 'stops' } }, 'latest')
    const seen = await ledger.transact({
      tenant,
      locks: [],
      reads: { stops: { read: 'stops' } },
      durable: 'soon',
      decide: ({ stops }) => ({ append: [], answer: stops.length }),
    })
    assert.deepEqual([stops.length, seen], [1, 1])
    assert.equal((await ledger.read(tenant, 'run/1', 0, 'latest')).length, 1)
  })

  test(`L3 ${name}: a list shows a row of what rode only once it is synced`, async (t) => {
    const { ledger, isSynced } = await givenOneThatRides(t)
    const { stops } = await ledger.find(tenant, { stops: { read: 'stops' } })
    assert.deepEqual([stops.length, await isSynced()], [1, true])
  })

  test(`L3 ${name}: a stream shows an event that rode only once it is synced`, async (t) => {
    const { ledger, isSynced } = await givenOneThatRides(t)
    assert.deepEqual([(await ledger.read(tenant, 'run/1')).length, await isSynced()], [1, true])
  })

  test(`L7 ${name}: a tail shows an event that rode only once it is synced`, async (t) => {
    const { ledger, isSynced } = await givenOneThatRides(t)
    const first = await ledger.tail(tenant, 0, 10)
    if (first.length === 2) assert.ok(await isSynced())
    const later = await tailUntilBoth(ledger)
    assert.deepEqual([later, await isSynced()], [['run/0', 'run/1'], true])
  })

  test(`L3 ${name}: a commit that is synced takes along what rode before it`, async (t) => {
    const { ledger, isSynced } = await givenOneThatRides(t)
    await append(ledger, 'run/2', [happened])
    assert.ok(await isSynced())
  })

  test(`L3 ${name}: whoever is told no, or that there was nothing to do, hears it once what it goes by is synced`, async (t) => {
    const answered = await givenOneThatRides(t)
    await answered.ledger.transact({
      tenant,
      locks: [],
      reads: {},
      decide: () => ({ append: [], answer: 'already done' }),
    })
    assert.ok(await answered.isSynced())
    const refused = await givenOneThatRides(t)
    const stale = { stream: 'run/1', after: { seq: 0, hash: '' }, events: [happened] }
    await assert.rejects(appendAll(refused.ledger, [stale]), { code: 'ledger_version_conflict' })
    assert.ok(await refused.isSynced())
  })

  test(`L3 ${name}: what rides is synced and shown by itself within a second`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const { signal } = new AbortController()
    const changed = ledger.changed(signal)
    const begun = performance.now()
    await rideWith(ledger, 'run/0')
    await rideWith(ledger, 'run/1')
    await changed
    // PostgreSQL shows nothing before the oldest transaction of the whole server, which may be another test's.
    assert.equal((await tailUntilBoth(ledger)).length, 2)
    // A second, and what a busy machine adds to any timer.
    assert.ok(performance.now() - begun < 3_000)
  })

  test(`L7 ${name}: whoever waits for a change is not woken for what only rides`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const { signal } = new AbortController()
    let woken = false
    const changed = ledger.changed(signal).then(() => {
      woken = true
    })
    await rideWith(ledger, 'run/1')
    await wait(100)
    assert.equal(woken, false)
    await append(ledger, 'run/2', [happened])
    await changed
  })

  test(`L3 ${name}: a ledger that closes syncs what rides first`, async (t) => {
    const { ledger, isSynced } = await givenOneThatRides(t)
    await ledger.close()
    assert.ok(await isSynced())
  })

  if (under.opener)
    test(`L7 ${name}: what rides in one process is not shown by another until it is synced`, async (t) => {
      const { openAgain, isSynced } = await givenOneThatRides(t)
      const other = await openAgain()
      const first = await other.tail(tenant, 0, 10)
      if (first.length === 2) assert.ok(await isSynced())
      assert.deepEqual([await tailUntilBoth(other), await isSynced()], [['run/0', 'run/1'], true])
    })
}

/** One event that writes a row, and rides. */
function rideWith(ledger: Ledger, stream: string): Promise<void> {
  return ledger.transact({
    tenant,
    locks: [{ lock: 'stream', stream }],
    reads: {},
    durable: 'soon',
    decide: () => ({
      append: [{ stream, after: 'any', events: [changing(put('stops', stopRow('stop_1')))] }],
      answer: undefined,
    }),
  })
}

async function tailUntilBoth(ledger: Ledger): Promise<readonly string[]> {
  for (let looked = 0; ; looked++) {
    const events = await ledger.tail(tenant, 0, 10)
    if (events.length === 2 || looked === 500) return events.map(({ stream }) => stream)
    await wait(10)
  }
}
