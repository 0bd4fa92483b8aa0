import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addSlice, emptyBook, giveBack, reserve, type SliceBook, takeSlice } from './slice-book.ts'

test('D13 a slice is as large as the step that needs it, and never larger than what is left', () => {
  assert.equal(takeSlice(100, 0, 5, 20), 20)
  assert.equal(takeSlice(100, 0, 50, 20), 50)
  assert.equal(takeSlice(100, 90, 5, 20), 10)
  assert.equal(takeSlice(100, 95, 5, 20), 5)
})

test('D13 a step that does not fit into what is left takes nothing', () => {
  assert.equal(takeSlice(100, 96, 5, 20), 0)
  assert.equal(takeSlice(100, 120, 1, 20), 0)
  for (const wanted of [0, -5, 0.5, Number.NaN]) assert.equal(takeSlice(100, 0, wanted, 20), 0, String(wanted))
  assert.equal(takeSlice(100, Number.NaN, 5, 20), 0)
})

test('what is reserved leaves the book, and what was not spent of it comes back', () => {
  const book = addSlice(emptyBook('budget:day:billing:dev'), 20)
  const after = reserve(book, 15)
  assert.deepEqual(after, { key: 'budget:day:billing:dev', left: 5 })
  assert.equal(reserve(book, 21), undefined)
  assert.deepEqual(giveBack(after ?? book, 15, 4), { key: 'budget:day:billing:dev', left: 16 })
})

test('no amount below zero, and no overspent step, puts money into the book', () => {
  const book = addSlice(emptyBook('k'), 20)
  for (const amount of [-1, 0.5, Number.NaN]) {
    assert.equal(reserve(book, amount), undefined, String(amount))
    assert.deepEqual(addSlice(book, amount), book)
  }
  assert.deepEqual(giveBack(book, 5, 9), book)
})

test('D13 engines that share a budget in slices never spend more than it holds together', () => {
  const step = fc.record({
    engine: fc.constantFrom('e1', 'e2', 'e3'),
    wanted: fc.integer({ min: 1, max: 40 }),
    share: fc.integer({ min: 0, max: 100 }),
  })
  const property = fc.property(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 1, max: 60 }),
    fc.array(step, { maxLength: 40 }),
    (limit, size, steps) => {
      const books = new Map<string, SliceBook>()
      let [taken, spent] = [0, 0]
      for (const { engine, wanted, share } of steps) {
        let book = books.get(engine) ?? emptyBook('k')
        if (reserve(book, wanted) === undefined) {
          const slice = takeSlice(limit, taken, wanted, size)
          if (wanted <= limit - taken) assert.ok(slice >= wanted)
          taken += slice
          book = addSlice(book, slice)
        }
        const reserved = reserve(book, wanted)
        const used = reserved === undefined ? 0 : Math.floor((wanted * share) / 100)
        spent += used
        books.set(engine, reserved === undefined ? book : giveBack(reserved, wanted, used))
      }
      const left = [...books.values()].reduce((sum, book) => sum + book.left, 0)
      assert.equal(spent + left, taken)
      assert.ok(taken <= limit)
    },
  )
  fc.assert(property, { numRuns: 1000 })
})
