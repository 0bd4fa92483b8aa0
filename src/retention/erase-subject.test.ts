import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { call, type Database, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { liftHold, placeHold } from './change-hold.ts'
import { deletionOf, erasureStream } from './deletion-of.ts'
import { eraseSubject, planErasure } from './erase-subject.ts'

const by = 'dpo@acme.example'
const ofCustomer = (id: string) => ({ kind: 'customer', id, by })
const isErased = async ({ runtime }: RefundHouse, run: string) =>
  (await runtime.house.ledger.stored.of('default', `run/${run}`)).length === 0

/** Two customers: in_1 is c_1's, in_2 is c_2's. */
async function twoCustomers(database: Database = 'memory') {
  const house = await refundHouse({ database })
  const { run: first } = await house.play([refund('in_1'), say('Done.')])
  const { run: second } = await house.play([refund('in_2'), say('Done.')])
  return { house, first, second, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() }
}

for (const database of ['file', 'postgres'] as const) {
  test(`L6 the erasure of a subject takes the content of every run that touched it, and of no other, on ${database}`, async () => {
    await using given = await twoCustomers(database)
    const { house, first, second } = given
    const before = await house.events(first)
    const erased = await eraseSubject(house.runtime.house, ofCustomer('c_1'))
    assert.deepEqual([erased.runs, erased.ended, erased.open_effects, erased.held], [1, [], [], []])
    assert.ok(erased.payloads > 5 && erased.keys >= 4 && erased.scrubbed)
    assert.ok(await isErased(house, first))
    assert.ok(!(await isErased(house, second)))
    assert.deepEqual(await house.events(first), before, 'no event is another')
    const [started] = await house.bodies(second, 'run.started')
    assert.deepEqual(await house.content(second, started?.input), { conversation: 'c2' })
  })
}

test('L6 the keys of an erased subject open nothing any more, not even rows from a backup', async () => {
  await using given = await twoCustomers()
  const { ledger, sealer } = given.house.runtime.house
  const stream = `run/${given.first}`
  const ns = (await ledger.stored.of('default', stream)).map(({ n }) => n)
  const backup = await ledger.payloads('default', stream, ns)
  await eraseSubject(given.house.runtime.house, ofCustomer('c_1'))
  await sealer.prepare(stream)
  for (const payload of backup) assert.throws(() => sealer.open(payload), { code: 'payload_erased' })
})

test('L6 an erasure leaves events with counts and classes, and never the content or the name', async () => {
  await using given = await twoCustomers()
  const { house, first } = given
  const { ledger } = house.runtime.house
  const { deletion, payloads } = await eraseSubject(house.runtime.house, {
    ...ofCustomer('c_1'),
    reason: 'asked for it in letter 17',
  })
  const said = await ledger.read('default', 'subject/register')
  assert.deepEqual(
    said.map(({ type }) => type),
    ['subject.erasing', 'subject.erased'],
  )
  const erasures = await ledger.read('default', erasureStream(`run/${first}`))
  const counted = erasures.reduce((sum, { body }) => sum + Number(body.count), 0)
  assert.equal(counted, payloads)
  assert.ok(!/c_1|in_1|letter/.test(JSON.stringify([said, erasures])))
  const found = deletionOf(erasures, `run/${first}`, 'result')
  assert.deepEqual([found?.deletion, found?.cause, found?.by], [deletion, 'subject', by])
})

test('L6 an open run of the subject is ended first, and its question is not asked any more', async () => {
  await using house = await refundHouse()
  const asked = await house.play([refund('in_1', '60.00'), say('Done.')])
  assert.ok(asked.status === 'waiting')
  const erased = await eraseSubject(house.runtime.house, ofCustomer('c_1'))
  assert.deepEqual(erased.ended, [asked.run])
  const last = (await house.events(asked.run)).at(-1)
  assert.deepEqual([last?.type, last?.body.code, last?.actor], ['run.ended', 'subject_erased', by])
  const { approvals } = await house.runtime.house.ledger.find('default', {
    approvals: { read: 'approvals', run: asked.run },
  })
  assert.deepEqual(
    approvals.map(({ status }) => status),
    ['cancelled'],
  )
  const [approval = ''] = approvals.map((row) => row.approval)
  assert.deepEqual(await house.runtime.house.ledger.stored.of('default', `approval/${approval}`), [])
  assert.deepEqual(house.errors, [])
})

test('L6 a write of the subject whose outcome nobody knows is named, and left to a person', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'commit_then_disconnect', times: 1 })
  const { run } = await house.play([call('send_reply', { ticket: 't_1', body: 'Hello.' }), say('?')])
  const erased = await eraseSubject(house.runtime.house, { kind: 'ticket', id: 't_1', by })
  assert.deepEqual(erased.open_effects, [{ effect: `${run}:1.1`, tool: 'send_reply' }])
  const { effects } = await house.runtime.house.ledger.find('default', {
    effects: { read: 'effects', status: 'open', most: 5 },
  })
  assert.deepEqual(
    effects.map(({ effect, look_at: lookAt }) => [effect, lookAt]),
    [[`${run}:1.1`, null]],
  )
})

test('a run that was granted the subject is found, also where no tool touched it', async () => {
  await using house = await refundHouse()
  const { run } = await house.play([say('Nothing to do.')], { subjects: { customer: ['c_1'] } })
  const erased = await eraseSubject(house.runtime.house, ofCustomer('c_1'))
  assert.equal(erased.runs, 1)
  assert.ok(await isErased(house, run))
})

test('what is held is not erased, and the plan says so', async () => {
  await using given = await twoCustomers()
  const { house, first } = given
  const { hold } = await placeHold(house.runtime.house, { scope: `run:${first}`, by, reason: 'case 4' })
  const plan = await planErasure(house.runtime.house, ofCustomer('c_1'))
  assert.deepEqual(plan.runs, [{ run: first, open: false, hold }])
  assert.deepEqual((await eraseSubject(house.runtime.house, ofCustomer('c_1'))).held, [first])
  assert.ok(!(await isErased(house, first)))
  await liftHold(house.runtime.house, { hold, by })
  assert.equal((await eraseSubject(house.runtime.house, ofCustomer('c_1'))).runs, 1)
  assert.ok(await isErased(house, first))
})

test('a subject under legal hold is not erased, and neither is a run of it on behalf of another subject', async () => {
  await using given = await twoCustomers()
  const { house, first } = given
  await placeHold(house.runtime.house, { scope: 'customer:c_1', by })
  await assert.rejects(eraseSubject(house.runtime.house, ofCustomer('c_1')), { code: 'legal_hold' })
  const erased = await eraseSubject(house.runtime.house, { kind: 'invoice', id: 'in_1', by })
  assert.deepEqual(erased.held, [first])
  assert.ok(!(await isErased(house, first)))
})

/** Somebody places a hold just when a run has come to rest. */
function holdAtRest(t: TestContext, { runtime: { house } }: RefundHouse, scope: string): void {
  const release = house.ledger.leases.release.bind(house.ledger.leases)
  t.mock.method(house.ledger.leases, 'release', async (...lease: Parameters<typeof release>) => {
    await placeHold(house, { scope, by })
    await release(...lease)
  })
}

/** When the house is closed its runs are replayed: an end that the engine did not write makes no difference. */
test('L6 a hold that is placed while the runs of a subject come to rest keeps what it covers', async (t) => {
  await using house = await refundHouse()
  const ended = await house.play([refund('in_1'), say('Done.')])
  const asked = await house.play([refund('in_1', '60.00'), say('Done.')])
  holdAtRest(t, house, 'invoice:in_1')
  const erased = await eraseSubject(house.runtime.house, ofCustomer('c_1'))
  assert.deepEqual([erased.runs, erased.payloads, erased.ended], [0, 0, [asked.run]])
  assert.deepEqual([...erased.held].toSorted(), [ended.run, asked.run].toSorted())
  assert.ok(!(await isErased(house, ended.run)))
})

test('an erasure said twice says nothing twice', async () => {
  await using given = await twoCustomers()
  const { ledger } = given.house.runtime.house
  await eraseSubject(given.house.runtime.house, ofCustomer('c_1'))
  const once = await ledger.read('default', erasureStream(`run/${given.first}`))
  const again = await eraseSubject(given.house.runtime.house, ofCustomer('c_1'))
  assert.deepEqual([again.runs, again.payloads, again.keys], [1, 0, 0])
  assert.deepEqual(await ledger.read('default', erasureStream(`run/${given.first}`)), once)
})
