/** The tools on a real desk: what each says of a write that the desk refused, of one that was lost, and of one to undo. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { NotCommitted, type Tool } from '../../src/index.ts'
import { freshDesk } from './desk/fresh-desk.ts'
import { refundTools } from './tools.ts'

async function givenTools(t: TestContext) {
  const { desk, client } = await freshDesk(t)
  const tools = new Map(refundTools(client).map((tool) => [tool.name, tool as Tool]))
  const tool = (name: string) => tools.get(name) ?? assert.fail(`no tool \`${name}\``)
  return { desk, client, tool }
}

const sending = (key: string) => ({ key, attempt: 1, deadline: Date.now() + 5_000, signal: AbortSignal.timeout(5_000) })
const usd = (minor: number) => ({ minor, currency: 'usd' })
const refund = { invoice: 'in_94A2', amount: usd(2400), reason: 'charged twice' }

test('a refund that the desk refuses has certainly not happened, and one whose answer is lost may have', async (t) => {
  const { desk, tool } = await givenTools(t)
  const { execute } = tool('request_refund')
  await assert.rejects(async () => execute({ ...refund, amount: usd(2401) }, sending('k1')), NotCommitted)
  desk.setFault({ path: '/refunds', fault: 'commit_then_disconnect' })
  await assert.rejects(
    async () => execute(refund, sending('k2')),
    (error) => !(error instanceof NotCommitted),
  )
})

test('a desk that is asked to come again later lets the refund be sent again', async (t) => {
  const { desk, tool } = await givenTools(t)
  desk.setFault({ path: '/refunds', fault: 'reject', status: 429 })
  await assert.rejects(
    async () => tool('request_refund').execute(refund, sending('k1')),
    (error) => error instanceof NotCommitted && error.retryable,
  )
})

const writes = {
  request_refund: refund,
  add_note: { ticket: 'ZD-188240', note: 'looked at' },
  send_reply: { ticket: 'ZD-188240', text: 'Dear Mara' },
}

for (const [name, input] of Object.entries(writes)) {
  test(`${name} is found again by its key, and nothing under a key that was never sent`, async (t) => {
    const { tool } = await givenTools(t)
    const output = await tool(name).execute(input, sending('k1'))
    const verify = (key: string) => tool(name).verify?.({ ...sending(key), input })
    assert.deepEqual(await verify('k1'), { answer: 'committed', output })
    assert.deepEqual(await verify('k2'), { answer: 'absent' })
  })
}

test('a note can be undone', async (t) => {
  const { client, tool } = await givenTools(t)
  const { execute, undo } = tool('add_note')
  const input = writes.add_note
  await undo?.({ ...sending('k1'), input, output: await execute(input, sending('k1')) })
  assert.deepEqual((await client.getTicket('ZD-188240')).notes, [])
})

test('a refund is checked against what is left of a paid invoice, to the cent', async (t) => {
  const { tool } = await givenTools(t)
  const check = (minor: number, status = 'paid') =>
    tool('request_refund').check?.({ ...refund, amount: usd(minor) }, { status, paid: usd(3200), refunded: usd(1000) })
  assert.equal(check(2200), true)
  assert.equal(check(2201), '22.00 USD of the invoice is left to refund')
  assert.equal(check(100, 'open'), 'the invoice is open: there is nothing to refund')
})
