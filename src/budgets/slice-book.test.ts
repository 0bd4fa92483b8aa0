import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addSlice,
  emptyBook,
  giveBack,
  leftAt,
  reserve,
  type Slice,
  type SliceBook,
  sliceLife,
  sliceWindow,
  sweep,
  takeSlice,
} from './slice-book.ts'

const sliceOf = (amount: number, until = 100, slice = 'slice_1'): Slice => ({ slice, amount, until })
const bookOf = (...slices: readonly Slice[]): SliceBook => slices.reduce(addSlice, emptyBook('budget:day:billing:dev'))

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
  const reserved = reserve(bookOf(sliceOf(20)), 15, 0)
  assert.deepEqual(reserved, { book: bookOf(sliceOf(5)), drawn: [sliceOf(15)] })
  assert.equal(reserve(bookOf(sliceOf(20)), 21, 0), undefined)
  assert.deepEqual(giveBack(reserved?.book ?? assert.fail(), reserved?.drawn ?? [], 4), bookOf(sliceOf(16)))
})

test('no amount below zero, and no overspent step, puts money into the book', () => {
  const book = bookOf(sliceOf(20))
  for (const amount of [-1, 0.5, Number.NaN]) {
    assert.equal(reserve(book, amount, 0), undefined, String(amount))
    assert.deepEqual(addSlice(book, sliceOf(amount)), book)
    assert.deepEqual(giveBack(book, [sliceOf(5)], amount), book)
  }
  assert.deepEqual(giveBack(book, [sliceOf(5)], 9), book)
})

test('a step may draw on several slices, the oldest first, and what it did not spend goes back to the last of them', () => {
  const slices = [sliceOf(10, 100, 'old'), sliceOf(10, 200, 'new')]
  const reserved = reserve(bookOf(...slices), 15, 0) ?? assert.fail()
  assert.deepEqual(reserved.drawn, [sliceOf(10, 100, 'old'), sliceOf(5, 200, 'new')])
  const after = giveBack(reserved.book, reserved.drawn, 12)
  assert.deepEqual(after, bookOf(sliceOf(0, 100, 'old'), sliceOf(8, 200, 'new')))
})

test('D13 a slice that has ended is not spent any more, and its rest goes back to the budget', () => {
  const book = bookOf(sliceOf(10, 100, 'old'), sliceOf(10, 200, 'new'))
  assert.deepEqual([leftAt(book, 99), leftAt(book, 100)], [20, 10])
  assert.equal(reserve(book, 11, 100), undefined)
  assert.deepEqual(sweep(book, 100), { book: bookOf(sliceOf(10, 200, 'new')), ended: [sliceOf(10, 100, 'old')] })
  assert.deepEqual(sweep(bookOf(sliceOf(0, 100)), 100), { book: bookOf(), ended: [] })
})

test('D13 what a slow step gives back of a slice that is gone is not spent: it is returned with the next', () => {
  const { drawn } = reserve(bookOf(sliceOf(10)), 8, 0) ?? assert.fail()
  const back = giveBack(bookOf(sliceOf(20, 300, 'new')), drawn, 3)
  assert.equal(leftAt(back, 100), 20)
  assert.deepEqual(sweep(back, 100).ended, [sliceOf(5)])
})

test('D13 slices are added up over the window and one life of a slice more', () => {
  assert.deepEqual([sliceLife(86_400_000), sliceWindow(86_400_000)], [864_000, 87_264_000])
  assert.deepEqual([sliceLife(1), sliceWindow(1)], [1, 2])
})

test('nothing that is reserved, given back and swept makes money, or loses any', () => {
  const step = fc.record({
    wanted: fc.integer({ min: 1, max: 40 }),
    share: fc.integer({ min: 0, max: 100 }),
    later: fc.integer({ min: 0, max: 30 }),
    slice: fc.integer({ min: 0, max: 60 }),
  })
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    let book = bookOf()
    let [taken, spent, returned, now] = [0, 0, 0, 0]
    for (const [index, { wanted, share, later, slice }] of steps.entries()) {
      book = addSlice(book, sliceOf(slice, now + 50, `slice_${index}`))
      taken += slice
      const reserved = reserve(book, wanted, now)
      assert.equal(reserved === undefined, wanted > leftAt(book, now))
      now += later
      const swept = sweep(reserved?.book ?? book, now)
      returned += swept.ended.reduce((sum, { amount }) => sum + amount, 0)
      const used = reserved === undefined ? 0 : Math.floor((wanted * share) / 100)
      spent += used
      book = giveBack(swept.book, reserved?.drawn ?? [], used)
    }
    const left = book.slices.reduce((sum, { amount }) => sum + amount, 0)
    assert.equal(spent + returned + left, taken)
  })
  fc.assert(property, { numRuns: 1000 })
})
