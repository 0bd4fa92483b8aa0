import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { mock, type TestContext, test } from 'node:test'
import { calls, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'

/** So many that a snapshot is due before the question; what people are asked about comes last but one. */
const notes = calls(
  ...Array.from({ length: 60 }, (_, n) => ['add_note', { ticket: 't_1', body: `note ${n}` }] as const),
)
const conversation = [notes, refund('in_1', '60.00'), refund('in_2', '10.00'), say('done')]

interface Waiting {
  readonly house: RefundHouse
  readonly run: string
  readonly approval: string
}

async function givenWaitingRun(t: TestContext): Promise<Waiting> {
  const house = await refundHouse({ database: 'file' })
  t.after(() => house[Symbol.asyncDispose]())
  const run = await house.start(conversation)
  const result = await house.settled(run)
  assert.ok(result.status === 'waiting')
  return { house, run, approval: result.approvals[0].id }
}

/** The engine that brought the run to its question has gone. */
async function givenLeftRun(t: TestContext, edit = ''): Promise<Waiting> {
  const waiting = await givenWaitingRun(t)
  await waiting.house.runtime.close()
  using file = new DatabaseSync(waiting.house.ledgerPlace)
  assert.ok(file.prepare('SELECT seq FROM snapshots').get(), 'no snapshot was kept')
  if (edit !== '') assert.equal(file.prepare(edit).run().changes, 1)
  return waiting
}

/** What becomes of the run after a yes, and from which of its events on it was read by whoever went on with it. */
async function whenAnswered({ run, approval }: Waiting, house: RefundHouse) {
  const { ledger } = house.runtime.house
  const reading = mock.method(ledger, 'read')
  await house.answer(approval, { type: 'grant' })
  await house.settled(run)
  const from = reading.mock.calls.flatMap(({ arguments: [, stream, after = 0] }) =>
    stream === `run/${run}` ? [after] : [],
  )
  const types = (await house.events(run)).map(({ type }) => type)
  return { types: types.join(' '), told: await house.told(run), refunds: house.desk.commits().length, from }
}

async function whenTakenUp(waiting: Waiting) {
  await using another = await waiting.house.another()
  return await whenAnswered(waiting, another)
}

test('a long run that waited is gone on with by the engine that knows it, and by another from its snapshot, as if read from its first event', async (t) => {
  const stayed = await givenWaitingRun(t)
  const known = await whenAnswered(stayed, stayed.house)
  const fromSnapshot = await whenTakenUp(await givenLeftRun(t))
  const fromFirst = await whenTakenUp(await givenLeftRun(t, 'DELETE FROM snapshots'))
  assert.ok(known.types.endsWith('run.ended') && known.refunds === 62)
  for (const other of [fromSnapshot, fromFirst]) {
    assert.equal(other.types, known.types)
    assert.deepEqual(
      other.told.slice(0, 60).map(({ outcome }) => outcome),
      known.told.slice(0, 60).map(({ outcome }) => outcome),
    )
    assert.equal(other.refunds, known.refunds)
  }
  assert.ok(Math.max(...known.from) > 300 && Math.min(...known.from) >= 199, `read after ${known.from}`)
  assert.ok(Math.min(...fromSnapshot.from) >= 199, `read after ${fromSnapshot.from}`)
  assert.equal(fromFirst.from[0], 0)
})

test('a snapshot that was tampered with, or whose event is another one, is passed over', async (t) => {
  const edits = [
    `UPDATE snapshots SET state = replace(state, '"outcome"', '"outcame"')`,
    `UPDATE snapshots SET hash = 'another'`,
    `UPDATE snapshots SET seq = seq - 1`,
    `UPDATE snapshots SET fold = 'engine 0'`,
  ]
  for (const edit of edits) {
    const { types, refunds, from } = await whenTakenUp(await givenLeftRun(t, edit))
    assert.ok(types.endsWith('run.ended') && refunds === 62, edit)
    assert.ok(from.includes(0), `${edit}: read after ${from}`)
  }
})
