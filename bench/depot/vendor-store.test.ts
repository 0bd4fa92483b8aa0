import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openVendorStore } from './vendor-store.ts'

const write = (tool: string, key: string) => ({ tool, key, business: 'o1/1', attempt: 1, engine: 1 })

test('a vendor that honours keys does one thing for one key, another does it as often as it is told', () => {
  const store = openVendorStore(':memory:')
  const book = () => store.carryOut(write('book', 'k1'), 5)
  const mail = () => store.carryOut(write('mail', 'k2'), 5)
  assert.equal(book(), book())
  assert.notEqual(mail(), mail())
  assert.deepEqual(
    store.commits().map(({ tool }) => tool),
    ['book', 'mail', 'mail'],
  )
  store.close()
})

test('what arrived stands there with what became of its connection', () => {
  const store = openVendorStore(':memory:')
  const [answered, cut] = [store.arrived(write('book', 'k1'), 1), store.arrived(write('mail', 'k2'), 2)]
  store.answered(answered, 3)
  store.cut(cut, 4)
  const seen = store.arrivals().map(({ key, at, answered_at, cut_at }) => [key, at, answered_at, cut_at])
  assert.deepEqual(seen, [
    ['k1', 1, 3, null],
    ['k2', 2, null, 4],
  ])
  store.close()
})
