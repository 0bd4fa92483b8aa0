import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freshPlace } from '../../../test/open-sqlite.ts'
import { systemClock } from '../../clock.ts'
import { systemRandomness } from '../../ids.ts'
import { append, appendAll, happened, headOf, obedientProjection, tenant } from '../contract/ledger-under-test.ts'
import { connectSqlite, type SqliteDatabase } from './sqlite-connection.ts'
import { openSqliteLedger } from './sqlite-ledger.ts'

/** A disk that fails on command: a real database whose `exec` is watched, and may be told to go wrong. */
interface Disk {
  readonly said: string[]
  exec: (sql: string, database: DatabaseSync) => void
  connect: (file: string) => SqliteDatabase
}

const sqliteError = (errcode: number) =>
  Object.assign(new Error('the disk failed'), { code: 'ERR_SQLITE_ERROR', errcode })
const inputOutputError = 10
const diskFull = 13

function watchedDisk(): Disk {
  const said: string[] = []
  const disk: Disk = {
    said,
    exec: (sql, database) => database.exec(sql),
    connect(file) {
      const database = new DatabaseSync(file, { timeout: 0 })
      return {
        exec(sql) {
          said.push(sql)
          disk.exec(sql, database)
        },
        prepare: (sql) => database.prepare(sql),
        close: () => database.close(),
        get isTransaction() {
          return database.isTransaction
        },
      }
    },
  }
  return disk
}

async function openOn(t: TestContext, disk: Disk, busyLimitMs = 5000) {
  const { place: file, remove } = await freshPlace()
  const projections = [obedientProjection]
  const ledger = await openSqliteLedger({
    file,
    projections,
    clock: systemClock,
    random: systemRandomness,
    connect: disk.connect,
    busyLimitMs,
  })
  t.after(async () => {
    await ledger.close()
    await remove()
  })
  return { ledger, file }
}

const codeOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'fulfilled' ? 'kept' : String(result.reason.code)

test('L4 appends of one tick share one transaction and one commit', async (t) => {
  const disk = watchedDisk()
  const { ledger } = await openOn(t, disk)
  disk.said.length = 0
  await Promise.all([1, 2, 3].map((n) => append(ledger, `run/${n}`, [happened])))
  assert.equal(disk.said.filter((sql) => sql === 'BEGIN IMMEDIATE').length, 1)
  assert.equal(disk.said.filter((sql) => sql === 'COMMIT').length, 1)
  assert.equal(disk.said.filter((sql) => sql === 'SAVEPOINT member').length, 3)
})

test('L4 when SQLite undoes the whole transaction under one member, no member is told that it was kept', async (t) => {
  const disk = watchedDisk()
  const { ledger } = await openOn(t, disk)
  let savepoints = 0
  disk.exec = (sql, database) => {
    // A full disk: SQLite rolls everything back and leaves later savepoints to commit by themselves.
    if (sql === 'SAVEPOINT member' && ++savepoints === 2) {
      database.exec('ROLLBACK')
      throw sqliteError(diskFull)
    }
    database.exec(sql)
  }
  const results = await Promise.allSettled([1, 2, 3].map((n) => append(ledger, `run/${n}`, [happened])))
  assert.deepEqual(results.map(codeOf), ['ledger_full', 'ledger_full', 'ledger_full'])
  assert.deepEqual(await ledger.tail(tenant, 0, 10), [])
  await append(ledger, 'run/1', [happened])
  assert.equal((await ledger.tail(tenant, 0, 10)).length, 1)
})

test('L4 an error from COMMIT after the events were kept answers the callers, and appends nothing twice', async (t) => {
  const disk = watchedDisk()
  const { ledger } = await openOn(t, disk)
  failOnce(disk, 'COMMIT', (database) => database.exec('COMMIT'))
  let decided = 0
  const answer = await ledger.transact({
    tenant,
    locks: [],
    reads: {},
    decide() {
      decided += 1
      return { append: [{ stream: 'run/1', after: 'any', events: [happened] }], answer: 'yes' }
    },
  })
  assert.deepEqual([answer, decided], ['yes', 1])
  assert.equal((await ledger.read(tenant, 'run/1')).length, 1)
})

test('L4 an error from COMMIT after which the events are gone is an error for every caller', async (t) => {
  const disk = watchedDisk()
  const { ledger } = await openOn(t, disk)
  failOnce(disk, 'COMMIT', () => {})
  const results = await Promise.allSettled([1, 2].map((n) => append(ledger, `run/${n}`, [happened])))
  assert.deepEqual(results.map(codeOf), ['ledger_unavailable', 'ledger_unavailable'])
  assert.deepEqual(await ledger.tail(tenant, 0, 10), [])
  await append(ledger, 'run/1', [happened])
  assert.equal((await headOf(ledger, 'run/1')).seq, 1)
})

test('L4 when nobody can look after an error from COMMIT, the caller learns that it is unknown', async (t) => {
  const disk = watchedDisk()
  const { ledger } = await openOn(t, disk)
  failOnce(disk, 'COMMIT', (database) => database.exec('COMMIT'))
  failOnce(disk, 'PRAGMA journal_mode = WAL', () => {})
  await assert.rejects(append(ledger, 'run/1', [happened]), { code: 'ledger_commit_unknown' })
  assert.equal((await ledger.read(tenant, 'run/1')).length, 1)
})

test('D9 after the file had to be opened again, no lease of before counts any more', async (t) => {
  const disk = watchedDisk()
  const { ledger } = await openOn(t, disk)
  await ledger.leases.enter('eng_1')
  const lease = await ledger.leases.take(tenant, '1', 'eng_1', 60_000)
  assert.ok(lease)
  failOnce(disk, 'COMMIT', () => {})
  await assert.rejects(append(ledger, 'run/2', [happened]))
  const late = appendAll(ledger, [{ stream: 'run/1', after: 'any', lease, events: [happened] }])
  await assert.rejects(late, { code: 'ledger_lease_lost' })
  const anew = await ledger.leases.take(tenant, '1', 'eng_1', 60_000)
  assert.ok(anew)
  await appendAll(ledger, [{ stream: 'run/1', after: 'any', lease: anew, events: [happened] }])
})

test('L4 while another process holds the file the event loop goes on, and the append follows as soon as it lets go', async (t) => {
  const { ledger, file } = await openOn(t, watchedDisk())
  const other = connectSqlite(file)
  t.after(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  const kept = append(ledger, 'run/1', [happened])
  let longest = 0
  for (let i = 0, before = performance.now(); i < 40; i++) {
    await wait(2)
    longest = Math.max(longest, performance.now() - before)
    before = performance.now()
  }
  other.exec('COMMIT')
  const released = performance.now()
  await kept
  assert.ok(longest < 100, `the loop stood still for ${Math.round(longest)} ms`)
  assert.ok(performance.now() - released < 100, 'the append came late')
})

test('L4 a file that stays held is an error that names the engine which may be holding it', async (t) => {
  const { ledger, file } = await openOn(t, watchedDisk(), 60)
  await ledger.leases.enter('eng_1')
  const other = connectSqlite(file)
  t.after(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  await assert.rejects(append(ledger, 'run/1', [happened]), {
    code: 'ledger_unavailable',
    message: new RegExp(`locked.*eng_1.*process ${process.pid}`),
  })
  other.exec('COMMIT')
  await append(ledger, 'run/1', [happened])
})

test('a ledger that was closed says so', async (t) => {
  const { ledger } = await openOn(t, watchedDisk())
  await ledger.close()
  await assert.rejects(append(ledger, 'run/1', [happened]), { code: 'ledger_unavailable', message: /closed/ })
  await assert.rejects(ledger.read(tenant, 'run/1'), { code: 'ledger_unavailable', message: /closed/ })
})

/** The next such statement does something else and then fails. */
function failOnce(disk: Disk, sql: string, instead: (database: DatabaseSync) => void): void {
  const before = disk.exec
  let failed = false
  disk.exec = (said, database) => {
    if (said !== sql || failed) return before(said, database)
    failed = true
    instead(database)
    throw sqliteError(inputOutputError)
  }
}
