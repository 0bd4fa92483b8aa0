/** An engine that stands still inside a transaction, with all its locks held, while somebody wants to stop it. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { charter } from '../approvals/charter-command.ts'
import type { Database } from '../approvals/place.ts'
import { byCommand, type StopNamed } from './hands.ts'
import { openWritingHouse, type WritingHouse } from './writing-house.ts'

const everything: StopNamed = { scope: 'everything', value: '', level: 'observe' }

test('D2 on PostgreSQL an engine that is paused with its locks held cannot hold up a stop, and goes on when it wakes', async (t) => {
  const { ends, house, round } = await writingHouse(t, 'postgres')
  const database = new pg.Client({ connectionString: house.place.ledger })
  await database.connect()
  ends.defer(() => database.end())
  await pauseInside(house, async () => {
    const { rows } = await database.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
    )
    return rows.length > 0
  })

  const { committed } = await byCommand.stop(house, everything, round.seen)
  t.diagnostic(`committed in ${Math.round(committed.committedMs)} ms`)
  assert.ok(committed.committedMs < 5_000, `committed came after ${committed.committedMs} ms`)
  await byCommand.lift(house, everything)
  resume(house)
  await round.haveWritten(round.runs)
})

test('D2 on SQLite a stop that a paused engine holds up names the process to end, and holds once it has ended', async (t) => {
  const { ends, house, round } = await writingHouse(t, 'sqlite')
  const database = new DatabaseSync(house.place.ledger, { timeout: 0 })
  ends.defer(() => database.close())
  await pauseInside(house, async () => isLocked(database))

  const [engine] = house.engines()
  const refused = await charter(house.place, ...stopOn)
  assert.deepEqual([refused.exit, refused.code], [5, 'ledger_unavailable'])
  assert.match(String(refused.document.message), new RegExp(`process ${engine?.pid} `))

  await house.killEngines()
  const stopped = await charter(house.place, ...stopOn)
  assert.equal(stopped.exit, 0)
  const written = round.commits().length
  await house.startEngines()
  await house.until(async () => (await round.events()).some(({ body }) => body.code === 'stopped'))
  assert.equal(round.commits().length, written)
})

const stopOn = ['stop', 'on', '--scope', 'everything', '--reason', 'it stands still', '--as', 'ada@acme.example']

async function writingHouse(t: TestContext, database: Database) {
  const ends = new AsyncDisposableStack()
  t.after(() => ends.disposeAsync())
  const house = await openWritingHouse(ends, database, 1)
  await house.setPace(20)
  const round = await house.startRound()
  await round.haveWritten(round.runs)
  return { ends, house, round }
}

/** Pauses the engine again and again until it stands where it is wanted. */
async function pauseInside(house: WritingHouse, isInside: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    for (const { pause } of house.engines()) pause()
    // Whatever it had sent to the database before is done by then.
    await wait(20)
    if (await isInside()) return
    resume(house)
    await wait(5 + Math.random() * 10)
  }
  assert.fail('it was never inside a transaction')
}

const resume = (house: WritingHouse): void => {
  for (const { resume } of house.engines()) resume()
}

function isLocked(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN IMMEDIATE')
    database.exec('ROLLBACK')
    return false
  } catch {
    return true
  }
}
