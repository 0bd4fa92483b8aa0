import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movedIn, windowReads } from './windows.ts'

const day = { key: 'limit:dev:refund:amount:customer:1', withinMs: 86_400_000, except: 'run_1:1.1' }

test('two rules over one window read it once, over two windows of one key twice', () => {
  const reads = windowReads([day, { ...day }, { ...day, withinMs: 3_600_000 }])
  assert.equal(Object.keys(reads).length, 2)
})

test('an effect is left out of the sum that says whether it may be sent', () => {
  assert.deepEqual(Object.values(windowReads([day])), [
    { read: 'moved', key: day.key, withinMs: day.withinMs, except: 'run_1:1.1' },
  ])
})

test('a sum is found under the window it was read for, and nothing moved where nothing was read', () => {
  const [name = 'moved '] = Object.keys(windowReads([day]))
  const found = { [name]: { amount: 500, count: 2 } }
  assert.deepEqual(movedIn(found, day), { amount: 500, count: 2 })
  assert.deepEqual(movedIn(found, { ...day, key: 'another' }), { amount: 0, count: 0 })
})
