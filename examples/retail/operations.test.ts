import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OperationName, operations } from './operations.ts'
import type { Change } from './records.ts'
import { home, smallShop } from './small-shop.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'

const shop = snapshotOf(smallShop)

function changesOf(name: OperationName, input: unknown, at: Snapshot = shop): readonly Change[] {
  const outcome = operations[name].perform(at, input)
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.error)
  return outcome.changes
}

function refusalOf(name: OperationName, input: unknown, at: Snapshot = shop): string {
  const outcome = operations[name].perform(at, input)
  assert.ok(!outcome.ok, `${name} is refused`)
  return outcome.error
}

const swapped = (input: object) => ({
  order_id: '#pending',
  item_ids: ['100'],
  new_item_ids: ['101'],
  payment_method_id: 'gift_card_1',
  ...input,
})

test('a cancelled order gives the gift card its money back at once', () => {
  const after = shop.after(changesOf('cancel_pending_order', { order_id: '#pending', reason: 'no longer needed' }))
  assert.equal(after.order('#pending')?.status, 'cancelled')
  assert.equal(after.user('ada')?.payment_methods.gift_card_1?.balance, 21)
  assert.equal(after.order('#pending')?.payment_history.at(-1)?.transaction_type, 'refund')
  assert.equal(shop.user('ada')?.payment_methods.gift_card_1?.balance, 10, 'what it was rehearsed on is unchanged')
})

test('an order that is not pending is neither cancelled nor modified', () => {
  const order_id = '#processed'
  assert.match(refusalOf('cancel_pending_order', { order_id, reason: 'no longer needed' }), /cannot be cancelled/)
  assert.match(refusalOf('modify_pending_order_items', swapped({ order_id })), /cannot be modified/)
  assert.match(refusalOf('modify_pending_order_address', { order_id, ...home }), /cannot be modified/)
  const payment = { order_id, payment_method_id: 'gift_card_1' }
  assert.match(refusalOf('modify_pending_order_payment', payment), /cannot be modified/)
})

test('a modified order pays the difference, takes the new options and cannot be modified again', () => {
  const after = shop.after(changesOf('modify_pending_order_items', swapped({})))
  const order = after.order('#pending')
  assert.deepEqual(
    order?.items.map((item) => item.item_id),
    ['101', '100'],
    'one of two equal items is swapped',
  )
  assert.deepEqual(order?.items[0]?.options, { size: 'M' })
  assert.equal(order?.payment_history.at(-1)?.amount, 2.125)
  assert.equal(after.user('ada')?.payment_methods.gift_card_1?.balance, 7.88)
  assert.match(refusalOf('modify_pending_order_items', swapped({ item_ids: ['101'] }), after), /cannot be modified/)
})

test('a gift card must hold the difference, any other method need not', () => {
  assert.match(refusalOf('modify_pending_order_items', swapped({ new_item_ids: ['102'] })), /insufficient gift card/)
  assert.equal(
    changesOf('modify_pending_order_items', swapped({ new_item_ids: ['102'], payment_method_id: 'credit_card_1' }))
      .length,
    1,
  )
})

test('new items must be available, of the same product, and as many as the old ones', () => {
  assert.match(refusalOf('modify_pending_order_items', swapped({ new_item_ids: ['103'] })), /not found or available/)
  assert.match(refusalOf('modify_pending_order_items', swapped({ new_item_ids: ['900'] })), /not found or available/)
  assert.match(refusalOf('modify_pending_order_items', swapped({ new_item_ids: [] })), /should match/)
  const three = ['100', '100', '100']
  assert.equal(
    refusalOf('modify_pending_order_items', swapped({ item_ids: three, new_item_ids: three })),
    '100 not found',
  )
})

test('a name that every object inherits is no id', () => {
  for (const id of ['constructor', '__proto__', 'toString']) {
    assert.match(refusalOf('modify_pending_order_items', swapped({ new_item_ids: [id] })), /not found/)
    assert.match(refusalOf('modify_pending_order_items', swapped({ payment_method_id: id })), /not found/)
    assert.match(refusalOf('get_order_details', { order_id: id }), /not found/)
  }
})

test('a refund goes to the method that paid or to a gift card', () => {
  const input = { order_id: '#delivered', item_ids: ['100', '100'] }
  for (const payment_method_id of ['credit_card_1', 'gift_card_1']) {
    const [change] = changesOf('return_delivered_order_items', { ...input, payment_method_id })
    assert.equal(change?.collection === 'orders' && change.record.status, 'return requested')
  }
  const methods = { ...smallShop.users.ada?.payment_methods, paypal_1: { id: 'paypal_1', source: 'paypal' } }
  const ada = shop.user('ada')
  assert.ok(ada)
  const withPaypal = shop.after([{ collection: 'users', id: 'ada', record: { ...ada, payment_methods: methods } }])
  const toPaypal = { ...input, payment_method_id: 'paypal_1' }
  assert.match(
    refusalOf('return_delivered_order_items', toPaypal, withPaypal),
    /original payment method or a gift card/,
  )
})

test('an exchange only notes what is wanted, with the difference in whole cents', () => {
  const [change, ...others] = changesOf('exchange_delivered_order_items', swapped({ order_id: '#delivered' }))
  assert.equal(others.length, 0, 'no balance moves')
  assert.ok(change?.collection === 'orders')
  assert.equal(change.record.exchange_price_difference, 2.12)
  assert.deepEqual(change.record.items, shop.order('#delivered')?.items)
})

test('a payment change pays with the new method and refunds the old one', () => {
  const order_id = '#pending'
  const after = shop.after(changesOf('modify_pending_order_payment', { order_id, payment_method_id: 'credit_card_1' }))
  assert.equal(after.user('ada')?.payment_methods.gift_card_1?.balance, 21)
  assert.deepEqual(
    after.order(order_id)?.payment_history.map((row) => `${row.transaction_type} ${row.payment_method_id}`),
    ['payment gift_card_1', 'payment credit_card_1', 'refund gift_card_1'],
  )
  assert.match(
    refusalOf('modify_pending_order_payment', { order_id, payment_method_id: 'gift_card_1' }),
    /should be different/,
  )
  assert.match(
    refusalOf('modify_pending_order_payment', { order_id: '#bobs', payment_method_id: 'gift_card_2' }),
    /insufficient gift card/,
  )
})

test('a cancellation refunds every row of the payments, also what was a refund, as the benchmark’s tool does', () => {
  const change = { order_id: '#pending', payment_method_id: 'credit_card_1' }
  const paidAnew = shop.after(changesOf('modify_pending_order_payment', change))
  const input = { order_id: '#pending', reason: 'ordered by mistake' }
  const after = paidAnew.after(changesOf('cancel_pending_order', input, paidAnew))
  assert.equal(after.order('#pending')?.payment_history.length, 6)
  assert.equal(after.user('ada')?.payment_methods.gift_card_1?.balance, 43)
})

test('a user is found by e-mail or by name and zip code, in whatever case', () => {
  const byEmail = operations.find_user_id_by_email.perform(shop, { email: 'ADA@example.com' })
  assert.deepEqual(byEmail, { ok: true, value: 'ada', changes: [] })
  const name = { first_name: 'bob', last_name: 'SMITH' }
  assert.ok(operations.find_user_id_by_name_zip.perform(shop, { ...name, zip: '12345' }).ok)
  assert.equal(refusalOf('find_user_id_by_name_zip', { ...name, zip: '1234' }), 'user not found')
})

test('arguments that do not fit the schema are refused, a field too many among them', () => {
  for (const input of [null, {}, { order_id: 7 }, { order_id: '#pending', note: '' }]) {
    assert.ok(!operations.get_order_details.perform(shop, input).ok)
  }
})

test('a sum is rounded to cents and written as the benchmark writes it', () => {
  const result = (expression: string) => operations.calculate.perform(shop, { expression })
  const value = (expression: string) => {
    const outcome = result(expression)
    return outcome.ok ? outcome.value : outcome.error
  }
  assert.equal(value('3131.1 + 4777.75 + 367.38'), '8276.23')
  assert.equal(value('2 + 3 * (4 - 1)'), '11.0')
  assert.equal(value('-2 ** 2 + 7 // 2'), '-1.0')
  assert.equal(value('1 / 0'), 'division by zero')
  assert.equal(value('2 +'), 'invalid syntax')
  assert.equal(value('(2'), "'(' was never closed")
  assert.equal(value('('.repeat(50_000)), 'too many nested parentheses')
  assert.equal(value('process.exit()'), 'invalid characters in expression')
})
