import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkCharter } from '../../src/charter/check.ts'
import { defineAgent } from '../../src/index.ts'
import { call, lookUpAda, retailPage, startDesk } from './desk-for-tests.ts'
import { inputs } from './inputs.ts'
import { smallShopFolder } from './small-shop.ts'
import { openStore } from './store.ts'
import { retailTools } from './tools.ts'

const cancel = (order_id: string) => call('cancel_pending_order', { order_id, reason: 'no longer needed' })

test('the page fits the sixteen tools, and nothing is said against it', () => {
  using shop = openStore({ data: smallShopFolder() })
  const tools = retailTools(shop)
  const { page } = defineAgent({ charter: retailPage, tools }).read()
  assert.deepEqual(tools.map(({ name }) => name).sort(), Object.keys(inputs).sort())
  assert.deepEqual(Object.keys(page.tools).sort(), Object.keys(inputs).sort())
  assert.deepEqual(checkCharter(page, tools), [])
})

test('an order is cancelled when its customer says yes, and not before', async () => {
  await using desk = await startDesk(lookUpAda, cancel('#pending'))
  const asked = await desk.settled()
  assert.equal(asked.status, 'waiting')
  assert.equal(desk.shop.writeCount(), 0)
  assert.equal(await desk.grant('ada'), undefined)
  assert.equal((await desk.settled()).status, 'done')
  assert.equal(desk.shop.order('#pending')?.status, 'cancelled')
  assert.equal(desk.shop.receipts().length, 1)
})

test('nobody but the customer whose order it is can say yes', async () => {
  await using desk = await startDesk(lookUpAda, cancel('#pending'))
  for (const other of ['bob', '#pending', 'agent:retail-support'])
    assert.equal(await desk.grant(other), 'approver_not_allowed')
  assert.equal((await desk.settled()).status, 'waiting')
  assert.equal(desk.shop.writeCount(), 0)
})

test('a yes to an order that has changed meanwhile is no yes to the order as it is now', async () => {
  const items = { order_id: '#pending', item_ids: ['100'], new_item_ids: ['101'], payment_method_id: 'credit_card_1' }
  await using desk = await startDesk(lookUpAda, call('modify_pending_order_items', items))
  await desk.settled()
  const moved = { order_id: '#pending', payment_method_id: 'credit_card_1' }
  assert.ok(desk.shop.perform('modify_pending_order_payment', moved).ok)
  const before = desk.shop.stateHash()
  assert.equal(await desk.grant('ada'), undefined)
  assert.equal((await desk.settled()).status, 'waiting', 'the customer is asked anew')
  assert.equal(desk.shop.stateHash(), before)
})

test('nothing of a customer is read or changed before somebody is looked up', async () => {
  await using desk = await startDesk(call('get_order_details', { order_id: '#pending' }), cancel('#pending'))
  assert.equal((await desk.settled()).status, 'denied')
  assert.deepEqual(await desk.lastDecision(), {
    decision: 'deny',
    code: 'denied_by_policy',
    rules: ['look_up_first', 'own_records_only'],
  })
  assert.equal(desk.shop.writeCount(), 0)
})

test('an order of somebody else is neither read nor changed, and not even a yes of its customer helps', async () => {
  await using desk = await startDesk(lookUpAda, call('get_order_details', { order_id: '#bobs' }), cancel('#bobs'))
  assert.equal((await desk.settled()).status, 'denied')
  const { rules } = await desk.lastDecision()
  assert.deepEqual(rules, ['own_records_only'])
  assert.equal(desk.shop.writeCount(), 0)
})

test('two people looked up in one run are nobody', async () => {
  const lookUpBob = call('find_user_id_by_name_zip', { first_name: 'Bob', last_name: 'Smith', zip: '12345' })
  await using desk = await startDesk(lookUpAda, lookUpBob, cancel('#pending'))
  assert.equal((await desk.settled()).status, 'denied')
  assert.equal(desk.shop.writeCount(), 0)
})

test('an exchange of no items is refused, though the shop itself would take it', async () => {
  const nothing = { order_id: '#delivered', item_ids: [], new_item_ids: [], payment_method_id: 'credit_card_1' }
  await using desk = await startDesk(lookUpAda, call('exchange_delivered_order_items', nothing))
  assert.equal((await desk.settled()).status, 'denied')
  assert.deepEqual((await desk.lastDecision()).rules, ['some_item'])
  assert.ok(desk.shop.perform('exchange_delivered_order_items', nothing).ok)
})

test('what the shop would refuse is refused before the customer is asked, in the shop’s own words', async () => {
  const dear = { order_id: '#pending', item_ids: ['100'], new_item_ids: ['102'], payment_method_id: 'gift_card_1' }
  let told: unknown
  const look = {
    say: 'I see.',
    expect: ({ lastToolResult }: { lastToolResult?: { output: unknown } | undefined }) => {
      told = lastToolResult?.output
    },
  }
  await using desk = await startDesk(lookUpAda, call('modify_pending_order_items', dear), look)
  assert.equal((await desk.settled()).status, 'denied')
  assert.equal((await desk.lastDecision()).code, 'denied_by_check')
  assert.match(JSON.stringify(told), /insufficient gift card balance/)
  assert.equal(desk.shop.writeCount(), 0)
})

test('once the customer was handed over to a person, nothing more is changed', async () => {
  const transfer = call('transfer_to_human_agents', { summary: 'wants to talk' })
  await using desk = await startDesk(lookUpAda, transfer, cancel('#pending'))
  assert.equal((await desk.settled()).status, 'denied')
  assert.deepEqual((await desk.lastDecision()).rules, ['nothing_after_transfer'])
  assert.equal(desk.shop.writeCount(), 0)
})

test('a write that is sent twice under its key happens once, and the shop can be asked about it by that key', async () => {
  using shop = openStore({ data: smallShopFolder() })
  const tool = retailTools(shop).find(({ name }) => name === 'modify_pending_order_payment')
  const input = { order_id: '#pending', payment_method_id: 'credit_card_1' }
  const sending = { key: 'k1', attempt: 1, signal: new AbortController().signal, deadline: Date.now() + 1_000 }
  assert.deepEqual(await tool?.verify?.({ ...sending, input }), { answer: 'absent' })
  const first = await tool?.execute(input, sending)
  assert.deepEqual(await tool?.execute(input, { ...sending, attempt: 2 }), first)
  assert.equal(shop.receipts().length, 1)
  assert.deepEqual(await tool?.verify?.({ ...sending, input }), { answer: 'committed', output: first })
})

test('a run that has made all its calls goes to the desk of the shop instead of making another', async () => {
  const thoughts = Array.from({ length: 13 }, (_, n) => call('think', { thought: `thought ${n}` }))
  await using desk = await startDesk(lookUpAda, ...thoughts, cancel('#pending'))
  const result = await desk.settled()
  assert.deepEqual([result.status, result.code], ['handed_off', 'budget_exceeded'])
  assert.equal(desk.shop.writeCount(), 0)
})
