import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageParts } from '../../test/page-text.ts'
import { type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'

/** A house in which a run waits for the answer to one question. */
async function asking(page: PageParts = {}, starting: Parameters<RefundHouse['start']>[1] = {}) {
  const house = await refundHouse({ page })
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')], starting)
  assert.ok(waiting.status === 'waiting')
  const [{ id, question, command }] = waiting.approvals
  return {
    house,
    run: waiting.run,
    approval: id,
    question,
    command,
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

const grant = { type: 'grant' } as const
const kept = async ({ runtime }: RefundHouse, approval: string) =>
  (await runtime.house.ledger.read('default', `approval/${approval}`)).map(({ type, actor }) => `${type} by ${actor}`)

test('whoever is asked is shown the action, and the command that answers', async () => {
  await using asked = await asking()
  assert.match(asked.question, /may request_refund go ahead with .*"minor":6000/)
  assert.ok(asked.command.startsWith(`charter approval grant ${asked.approval}`))
})

test('an answer is recorded with the person who gave it', async () => {
  await using asked = await asking()
  const approval = await asked.house.answer(asked.approval, grant)
  assert.equal(approval.status, 'granted')
  const [requested, ...answers] = await kept(asked.house, asked.approval)
  assert.equal(requested, 'approval.requested by engine')
  assert.deepEqual(answers.slice(0, 2), ['approval.signed by fay@acme.example', 'approval.granted by fay@acme.example'])
})

test('an answer to a question that nobody asked is an error of its own', async () => {
  await using house = await refundHouse()
  await assert.rejects(house.answer('apr_none', grant), { code: 'approval_not_found' })
  assert.deepEqual(await kept(house, 'apr_none'), [])
})

test('who is not in the group that is asked may not answer, and nothing is recorded', async () => {
  await using asked = await asking()
  const stranger = asked.house.answer(asked.approval, grant, { by: 'eve@acme.example', groups: ['support'] })
  await assert.rejects(stranger, { code: 'approver_not_allowed' })
  assert.equal((await kept(asked.house, asked.approval)).length, 1)
})

test('nobody approves what is done on their own behalf', async () => {
  await using asked = await asking({}, { onBehalfOf: 'fay@acme.example' })
  await assert.rejects(asked.house.answer(asked.approval, grant), { code: 'approver_not_allowed' })
})

test('a second answer is told what the first one was', async () => {
  await using asked = await asking()
  await asked.house.answer(asked.approval, { type: 'deny', reason: 'no' })
  await assert.rejects(asked.house.answer(asked.approval, grant), {
    code: 'approval_already_settled',
    message: /denied/,
  })
})

test('an answer after the time is neither yes nor no: the question has expired', async () => {
  await using asked = await asking()
  // No engine notices the time before the answer comes.
  asked.house.clock.freeze()
  await asked.house.clock.skip(4 * 3_600_000)
  await assert.rejects(asked.house.answer(asked.approval, grant), { code: 'approval_expired' })
  assert.equal((await kept(asked.house, asked.approval)).at(-1), 'approval.expired by fay@acme.example')
  asked.house.clock.thaw()
  await asked.house.until(async () => (await asked.house.told(asked.run)).length === 1)
  assert.equal(asked.house.desk.commits().length, 0)
})

test('D12 an answer to something else than was shown is refused', async () => {
  await using asked = await asking()
  const stale = asked.house.answer(asked.approval, grant, { digest: 'hmac-sha256:another' })
  await assert.rejects(stale, { code: 'approval_stale' })
})

test('a denial without a reason is refused', async () => {
  await using asked = await asking()
  await assert.rejects(asked.house.answer(asked.approval, { type: 'deny', reason: ' ' }), { code: 'usage' })
})

test('of a yes and a no at once exactly one counts, and the other is told so', async () => {
  await using asked = await asking()
  const answers = await Promise.allSettled([
    asked.house.answer(asked.approval, grant),
    asked.house.answer(asked.approval, { type: 'deny', reason: 'no' }, { by: 'flo@acme.example' }),
  ])
  const [lost] = answers.filter((answer) => answer.status === 'rejected')
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(lost?.reason.code, 'approval_already_settled')
})

test('two signatures are two people, in whichever order they come', async () => {
  await using asked = await asking({ approvals: { high: [{ from: 'finance', count: 2, expires_in: '4h' }] } })
  assert.equal((await asked.house.answer(asked.approval, grant)).status, 'pending')
  await assert.rejects(asked.house.answer(asked.approval, grant), { code: 'approver_not_allowed' })
  assert.equal((await asked.house.answer(asked.approval, grant, { by: 'flo@acme.example' })).status, 'granted')
})

test('a page may ask the very customer whom the action is about, and nobody else answers for them', async () => {
  await using asked = await asking({ approvals: { high: [{ from: 'subject:customer', count: 1, expires_in: '4h' }] } })
  const as = (by: string) => asked.house.answer(asked.approval, grant, { by, groups: ['finance'] })
  await assert.rejects(as('c_2'), { code: 'approver_not_allowed' })
  assert.equal((await as('c_1')).status, 'granted')
})

test('what people write is sealed: the events hold no word of it', async () => {
  await using asked = await asking()
  await asked.house.answer(asked.approval, { type: 'deny', reason: 'Elena cracked it herself' })
  const events = await asked.house.runtime.house.ledger.read('default', `approval/${asked.approval}`)
  assert.ok(!JSON.stringify(events).includes('Elena'))
})
