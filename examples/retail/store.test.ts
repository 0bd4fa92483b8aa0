import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { smallShopFolder } from './small-shop.ts'
import { openStore, type Store } from './store.ts'

const cancellation = { order_id: '#pending', reason: 'no longer needed' }

const newStore = (): Store => openStore({ data: smallShopFolder() })

test('an accepted write changes the records and leaves a receipt', () => {
  using store = newStore()
  const before = store.stateHash()
  assert.ok(store.perform('cancel_pending_order', cancellation, 'key-1').ok)
  assert.equal(store.order('#pending')?.status, 'cancelled')
  assert.equal(store.receipt('key-1')?.operation, 'cancel_pending_order')
  assert.deepEqual(
    store.receipts().map(({ input }) => input),
    [cancellation],
  )
  assert.notEqual(store.stateHash(), before)
})

test('a refused write touches no row and leaves no receipt', () => {
  using store = newStore()
  const before = store.stateHash()
  assert.ok(!store.perform('cancel_pending_order', { ...cancellation, order_id: '#delivered' }, 'key-1').ok)
  assert.ok(!store.perform('drop_all_orders', {}).ok)
  assert.equal(store.writeCount(), 0)
  assert.equal(store.receipt('key-1'), undefined)
  assert.equal(store.stateHash(), before)
})

test('a write sent again under its key is not done again, and answers as it did', () => {
  using store = newStore()
  const first = store.perform('cancel_pending_order', cancellation, 'key-1')
  const count = store.writeCount()
  const second = store.perform('cancel_pending_order', cancellation, 'key-1')
  assert.ok(first.ok && second.ok)
  assert.deepEqual(second.value, first.value)
  assert.equal(store.writeCount(), count)
  assert.ok(!store.perform('cancel_pending_order', cancellation, 'key-2').ok, 'another key is another write')
})

test('a key that was used for one call does not answer for another', () => {
  using store = newStore()
  store.perform('cancel_pending_order', cancellation, 'key-1')
  const other = store.perform('cancel_pending_order', { ...cancellation, order_id: '#bobs' }, 'key-1')
  assert.deepEqual(other, { ok: false, error: 'the key was used for another call' })
  assert.equal(store.order('#bobs')?.status, 'pending')
})

test('reset brings back every record, the log and the receipts', () => {
  using store = newStore()
  const before = store.stateHash()
  store.perform('cancel_pending_order', cancellation, 'key-1')
  store.perform('modify_pending_order_payment', { order_id: '#bobs', payment_method_id: 'gift_card_2' })
  store.reset()
  assert.equal(store.stateHash(), before)
  assert.equal(store.stateHashAnew(), before)
  assert.equal(store.writeCount(), 0)
  assert.ok(store.perform('cancel_pending_order', cancellation, 'key-1').ok)
})

test('a write of two records that fails at the second changes neither', () => {
  const data = smallShopFolder()
  const file = path.join(data, 'shop.sqlite')
  using store = openStore({ data, file })
  const before = store.stateHash()
  using other = new DatabaseSync(file)
  other.exec(`CREATE TRIGGER full BEFORE UPDATE ON users BEGIN SELECT RAISE(ABORT, 'disk full'); END`)
  assert.throws(() => store.perform('cancel_pending_order', cancellation, 'key-1'), /disk full/)
  assert.equal(store.order('#pending')?.status, 'pending')
  assert.equal(store.receipt('key-1'), undefined)
  assert.equal(store.stateHash(), before)
})

test('a statement that goes around the store is logged and moves the hash', () => {
  const data = smallShopFolder()
  const file = path.join(data, 'shop.sqlite')
  using store = openStore({ data, file })
  const before = store.stateHash()
  using intruder = new DatabaseSync(file)

  intruder.exec(`UPDATE orders SET record = record WHERE id = '#bobs'`)
  assert.equal(store.writeCount(), 1, 'also when it changes nothing')
  assert.equal(store.stateHash(), before)

  intruder.exec(`UPDATE orders SET record = json_set(record, '$.status', 'lost') WHERE id = '#bobs'`)
  assert.notEqual(store.stateHash(), before)
  assert.equal(store.stateHash(), store.stateHashAnew())

  intruder.exec(`DELETE FROM users WHERE id = 'bob'; DELETE FROM write_log`)
  assert.equal(store.stateHash(), store.stateHashAnew(), 'a log with rows missing is not trusted')
})

test('records keep the keys and the numbers of their source, where an object would sort and shorten them', () => {
  const data = smallShopFolder()
  const product = '{"name":"Cup","product_id":"900","variants":{"102":{"price":7.0},"100":{"price":5.5}}}'
  writeFileSync(path.join(data, 'products.json'), `{"900":${product}}`)
  using store = openStore({ data })
  assert.equal(store.recordText('products', '900'), product)
})

test('a file that is opened again goes on where it was, and a copy holds the same', () => {
  const data = smallShopFolder()
  const file = path.join(data, 'shop.sqlite')
  const copy = path.join(data, 'copy.sqlite')
  let hash = ''
  {
    using store = openStore({ data, file })
    store.perform('cancel_pending_order', cancellation, 'key-1')
    hash = store.stateHash()
    store.saveTo(copy)
  }
  using again = openStore({ data, file })
  using copied = openStore({ data, file: copy })
  assert.equal(again.stateHash(), hash)
  assert.equal(copied.stateHash(), hash)
  assert.equal(again.receipt('key-1')?.operation, 'cancel_pending_order')
})
