/** What rides, on a real disk: how often it is synced, what SIGKILL leaves of it, and what a sync that fails does to it. */
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { freshPlace, open } from '../../../test/open-sqlite.ts'
import { systemClock } from '../../clock.ts'
import { systemRandomness } from '../../ids.ts'
import { append, happened, headOf, obedientProjection, tenant } from '../contract/ledger-under-test.ts'
import type { Append, Durable, Ledger } from '../ledger.ts'
import type { SqliteDatabase } from './sqlite-connection.ts'
import { openSqliteLedger } from './sqlite-ledger.ts'

function ride(ledger: Ledger, stream: string, after: Append['after'] = 'any', durable: Durable = 'soon') {
  const decide = () => ({ append: [{ stream, after, events: [happened] }], answer: undefined })
  return ledger.transact({ tenant, locks: [{ lock: 'stream', stream }], reads: {}, durable, decide })
}

const module = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)

test('L3 what rides costs no sync, nor does a tail that is looked at all the time; the next answer waits for one', async (t) => {
  if (spawnSync('strace', ['-V']).status !== 0) return t.skip('strace is not installed')
  const { place, remove } = await freshPlace()
  t.after(remove)
  const log = `${place}.strace`
  const program = [process.execPath, '--input-type=module', '-e', countedProgram(place)]
  execFileSync('strace', ['-f', '-o', log, '-e', 'trace=fsync,fdatasync,write', ...program], { stdio: 'ignore' })
  const syncs = new Map<string, number>()
  let sinceLast = 0
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    if (/f(data)?sync\(/.test(line)) sinceLast += 1
    const [, said] = /write\(2, "(\w+)"/.exec(line) ?? []
    if (said === undefined) continue
    syncs.set(said, sinceLast)
    sinceLast = 0
  }
  assert.deepEqual([syncs.get('rode'), syncs.get('looked')], [0, 0])
  assert.deepEqual([syncs.get('answered'), syncs.get('found')], [1, 1], 'one that appends nothing is synced too')
  assert.equal(syncs.get('again'), 0, 'where nothing rides a look costs no sync')
})

/** No timer of it ever comes, however slow the machine. Says what it has done: twenty that rode, a hundred looks, an answer that appends nothing, a list, and that again. */
const countedProgram = (file: string) => `
  import { writeSync } from 'node:fs'
  import { systemClock } from ${module('../../clock.ts')}
  import { systemRandomness as random } from ${module('../../ids.ts')}
  import { happened } from ${module('../contract/ledger-under-test.ts')}
  import { openSqliteLedger } from ${module('./sqlite-ledger.ts')}
  const clock = { ...systemClock, wait: () => new Promise(() => {}) }
  const ledger = await openSqliteLedger({ file: ${JSON.stringify(file)}, projections: [], clock, random })
  const transact = (durable, events) => ledger.transact({
    tenant: 'acme', locks: [], reads: {}, durable,
    decide: () => ({ append: events.length > 0 ? [{ stream: 'run/1', after: 'any', events }] : [], answer: 1 }),
  })
  await transact('before_answer', [happened])
  writeSync(2, 'opened')
  for (let i = 0; i < 20; i++) await transact('soon', [happened])
  writeSync(2, 'rode')
  for (let i = 0; i < 100; i++) await ledger.tail('acme', 0, 10)
  writeSync(2, 'looked')
  await transact('before_answer', [])
  writeSync(2, 'answered')
  await transact('soon', [happened])
  await ledger.find('acme', { stops: { read: 'stops' } })
  writeSync(2, 'found')
  await ledger.find('acme', { stops: { read: 'stops' } })
  writeSync(2, 'again')
  process.exit(0)
`

test('L3 what rode when its process was killed is still there', async (t) => {
  const { place, remove } = await freshPlace()
  t.after(remove)
  const child = spawn(process.execPath, ['--input-type=module', '-e', killedProgram(place)], { stdio: 'pipe' })
  assert.match(await text(child.stdout), /rode/)
  const ledger = await open(place, [])
  t.after(() => ledger.close())
  assert.equal((await ledger.read(tenant, 'run/1')).length, 20)
  assert.equal((await ledger.tail(tenant, 0, 100)).length, 20)
})

const killedProgram = (file: string) => `
  import { writeSync } from 'node:fs'
  import { open } from ${module('../../../test/open-sqlite.ts')}
  import { happened } from ${module('../contract/ledger-under-test.ts')}
  const ledger = await open(${JSON.stringify(file)}, [])
  const decide = () => ({ append: [{ stream: 'run/1', after: 'any', events: [happened] }], answer: 1 })
  for (let i = 0; i < 20; i++) await ledger.transact({ tenant: 'acme', locks: [], reads: {}, durable: 'soon', decide })
  writeSync(1, 'rode')
  process.kill(process.pid, 'SIGKILL')
`

/** A disk whose next sync fails; `beforeReopen` says what it then holds. */
async function givenDisk(t: { after(end: () => Promise<void>): void }, beforeReopen: (file: string) => void) {
  const { place, remove } = await freshPlace()
  const disk = { fails: false, isFull: false, checkpoints: 0 }
  let connected = 0
  const connect = (file: string): SqliteDatabase => {
    if (!file.endsWith('.engine') && ++connected > 1) beforeReopen(file)
    const database = new DatabaseSync(file, { timeout: 0 })
    return {
      exec(sql) {
        if (sql === 'COMMIT' && database.isTransaction && disk.fails) {
          disk.fails = false
          throw Object.assign(new Error('the disk failed'), { code: 'ERR_SQLITE_ERROR', errcode: 10 })
        }
        database.exec(sql)
      },
      prepare(sql) {
        if (sql.startsWith('PRAGMA wal_checkpoint')) {
          if (disk.isFull) throw Object.assign(new Error('full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 })
          disk.checkpoints += 1
        }
        return database.prepare(sql)
      },
      close: () => database.close(),
      get isTransaction() {
        return database.isTransaction
      },
    }
  }
  const projections = [obedientProjection]
  const options = { file: place, projections, clock: systemClock, random: systemRandomness, connect }
  const ledger = await openSqliteLedger(options)
  t.after(async () => {
    await ledger.close()
    await remove()
  })
  return { ledger, disk, place }
}

test('L4 a sync that fails after something rode: what rode is synced another way before anybody is told anything', async (t) => {
  const { ledger, disk } = await givenDisk(t, () => {})
  await ride(ledger, 'run/1')
  disk.fails = true
  await assert.rejects(append(ledger, 'run/2', [happened]), { code: 'ledger_unavailable' })
  assert.equal(disk.checkpoints, 1)
  const head = await headOf(ledger, 'run/1')
  assert.equal(head.seq, 1)
  await ride(ledger, 'run/1', head)
})

test('L4 a sync that fails on a full disk after something rode: nothing is committed before what rode is synced another way', async (t) => {
  const { ledger, disk } = await givenDisk(t, () => {})
  await ride(ledger, 'run/1')
  Object.assign(disk, { fails: true, isFull: true })
  await assert.rejects(append(ledger, 'run/2', [happened]), { code: 'ledger_unavailable' })
  await assert.rejects(append(ledger, 'run/2', [happened]), { code: 'ledger_full' })
  disk.isFull = false
  await append(ledger, 'run/2', [happened])
  assert.equal(disk.checkpoints, 1)
  assert.deepEqual([(await headOf(ledger, 'run/1')).seq, (await headOf(ledger, 'run/2')).seq], [1, 1])
})

test('L4 a sync that fails and takes along what rode: nothing is appended onto an event that is gone', async (t) => {
  let kept: string | undefined
  const { ledger, disk, place } = await givenDisk(t, (file) => {
    // The disk kept what it had before anything rode.
    if (kept === undefined) return
    for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true })
    copyFileSync(kept, file)
    copyFileSync(`${kept}-wal`, `${file}-wal`)
  })
  await append(ledger, 'run/1', [happened])
  copyFileSync(place, `${place}.kept`)
  copyFileSync(`${place}-wal`, `${place}.kept-wal`)
  kept = `${place}.kept`
  await ride(ledger, 'run/1')
  const [, rode] = await ledger.read(tenant, 'run/1', 0, 'latest')
  assert.ok(rode)
  disk.fails = true
  await assert.rejects(append(ledger, 'run/2', [happened]), { code: 'ledger_unavailable' })
  await assert.rejects(ride(ledger, 'run/1', rode), { code: 'ledger_version_conflict' })
  assert.equal((await ledger.tail(tenant, 0, 10)).length, 1)
})
