import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, refund, refundHouse, say } from '../../test/refund-house.ts'
import { projections } from '../create-runtime.ts'
import { rebuildProjections } from '../ledger/rebuild.ts'
import { findByReference, findSubject, subjectKinds } from './find-writes.ts'
import { readTrace } from './read-trace.ts'
import { traceOf } from './trace.ts'
import { accountOfWrite, standingOf, touches, writeDocument, writesIn } from './write.ts'

const intent = {
  doing: 'refund the broken beans',
  allowed_by: 'the refund policy',
  evidence: [
    { kind: 'document', id: 'doc_1' },
    { kind: 'ticket', id: 't_9' },
    { kind: 'document', id: 'doc_9' },
  ],
}

const explained = (invoice: string, amount: string) =>
  call('request_refund', { invoice, amount, reason: 'broken', intent })

for (const database of ['file', 'postgres'] as const) {
  test(`${database}: from an invoice's number to the whole story of the write: who, why, rule, evidence, approver, effect, answer`, async () => {
    await using house = await refundHouse({ database })
    const from = house.runtime.house
    const run = await house.start(
      [call('search_policy', { query: 'refunds' }), explained('in_1', '60.00'), say('paid back')],
      { onBehalfOf: 'ada@acme.example', key: 'ZD-1' },
    )
    const asked = await house.settled(run)
    assert.ok(asked.status === 'waiting')
    await house.answer(asked.approvals[0].id, { type: 'grant' })
    await house.settled(run)
    await house.play([refund('in_2'), say('other')])

    assert.deepEqual(await subjectKinds(from), ['customer', 'invoice'])
    const [found, ...more] = await findSubject(from, { id: 'in_1', kinds: await subjectKinds(from), most: 5 })
    assert.deepEqual([found?.kind, found?.runs.map((row) => row.run), more], ['invoice', [run], []])
    const trace = traceOf(await readTrace(from, run))
    const [write, ...others] = writesIn(trace, touches(found?.subject ?? ''))
    assert.ok(write)
    assert.deepEqual(others, [])

    const account = accountOfWrite(write, () => ({ page: '50.00', charter: '' }), from.sealer).join('\n')
    const [desk] = house.desk.commits()
    const says = [
      / {2}committed {2}2\.1 request_refund .*amount=60\.00 USD/,
      /who +refunds for ada@acme\.example, under grant_/,
      /intent +refund the broken beans; allowed by the refund policy/,
      /rule +request_refund\.require_approval_over_usd: 50\.00/,
      /facts +paid=100\.00 USD refunded=0\.00 USD/,
      /approval +apr_\w+ granted by fay@acme\.example/,
      /effect +committed, key ck_\w+.*, under apr_/,
      new RegExp(`answered +id=${desk?.id}`),
      /evidence +document doc_1, read by 1\.1 search_policy: title=Refunds/,
      /evidence +ticket t_9, not read in this run/,
      /evidence +document doc_9, not read in this run/,
      /next +the run ended done: "paid back"/,
    ]
    for (const said of says) assert.match(account, said)

    const document = writeDocument(write, () => undefined, from.sealer)
    assert.deepEqual([document.standing, document.run, document.on_behalf_of], ['committed', run, 'ada@acme.example'])
    const byNumber = await findByReference(from, { reference: String(desk?.id), most: 100 })
    assert.deepEqual(
      byNumber.effects.map(({ effect }) => effect),
      [`${run}:2.1`],
    )
    const byKey = await findByReference(from, { reference: byNumber.effects[0]?.key ?? '', most: 100 })
    assert.deepEqual(byKey.effects, byNumber.effects)
    assert.deepEqual(await findByReference(from, { reference: 're_none', most: 1 }), {
      effects: [],
      looked: 1,
      isCut: true,
    })
    const differing = (await rebuildProjections(from.ledger, projections)).filter(({ same }) => !same)
    assert.deepEqual(differing, [])
  })
}

test('a subject that is not the first one, and a write that was refused, are found too', async () => {
  await using house = await refundHouse({ page: { tools: { request_refund: { max_amount_usd: 20 } } } })
  const from = house.runtime.house
  const { run } = await house.play([refund('in_1', '30.00'), say('refused')])
  const [customer] = await findSubject(from, { id: 'c_1', kinds: ['customer'], most: 5 })
  assert.deepEqual(
    customer?.runs.map((row) => row.run),
    [run],
  )
  const [write] = writesIn(traceOf(await readTrace(from, run)), touches(customer?.subject ?? ''))
  assert.equal(write && standingOf(write), 'denied_by_policy')
})

test('a name of one kind is not found under another, nor in another environment', async () => {
  await using house = await refundHouse()
  const from = house.runtime.house
  await house.play([refund('in_1'), say('done')])
  assert.deepEqual(await findSubject(from, { id: 'in_1', kinds: ['customer'], most: 5 }), [])
  const elsewhere = { ...from, environment: 'production' }
  assert.deepEqual(await findSubject(elsewhere, { id: 'in_1', kinds: ['invoice'], most: 5 }), [])
})

test('L6 of a write whose content was erased the story still says who, by which rule, who agreed and what became of it', async () => {
  await using house = await refundHouse()
  const from = house.runtime.house
  const { run } = await house.play([explained('in_1', '20.00'), say('paid back')], { onBehalfOf: 'ada@acme.example' })
  const [commit] = house.desk.commits()
  await from.sealer.erase(`run/${run}`)
  const [found] = await findSubject(from, { id: 'in_1', kinds: ['invoice'], most: 5 })
  const [write] = writesIn(traceOf(await readTrace(from, run)), touches(found?.subject ?? ''))
  assert.ok(write)
  const account = accountOfWrite(write, () => undefined, from.sealer).join('\n')
  assert.match(account, /who +refunds for ada@acme\.example/)
  assert.match(account, /rule +request_refund\.allowed/)
  assert.match(account, /effect +committed, key ck_/)
  assert.doesNotMatch(account, /broken|20\.00|in_1|doc_1/)
  const { effects } = await findByReference(from, { reference: String(commit?.id), most: 10 })
  assert.deepEqual(effects, [], 'what the vendor answered can no longer be looked through')
})

test('every name in the document of a write is in snake_case', async () => {
  await using house = await refundHouse()
  const from = house.runtime.house
  const { run } = await house.play([call('search_policy', { query: 'r' }), explained('in_1', '20.00'), say('paid')])
  const [write] = writesIn(traceOf(await readTrace(from, run)), () => true)
  assert.ok(write)
  const document = writeDocument(write, () => undefined, from.sealer)
  assert.deepEqual(
    namesIn(document).filter((name) => !/^[a-z][a-z0-9_]*$/.test(name)),
    [],
  )
})

const namesIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, part]) => [...(Array.isArray(value) ? [] : [name]), ...namesIn(part)])
    : []
