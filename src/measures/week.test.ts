import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { spanOfWeek, weekAfter, weekMs, weekOf } from './week.ts'

const at = (text: string) => Date.parse(text)

test('a week begins on Monday, and belongs to the year of its Thursday', () => {
  assert.equal(weekOf(at('2026-11-21T18:00:00Z')), '2026-W47')
  assert.equal(weekOf(at('2026-11-22T23:59:59.999Z')), '2026-W47')
  assert.equal(weekOf(at('2026-11-23T00:00:00Z')), '2026-W48')
  assert.equal(weekOf(at('2027-01-01T12:00:00Z')), '2026-W53')
  assert.equal(weekOf(at('2024-12-30T12:00:00Z')), '2025-W01')
  assert.equal(spanOfWeek('2026-W47').from, at('2026-11-16T00:00:00Z'))
})

test('every moment is in the span of its week, and the week after begins where it ends', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: at('2100-01-01') }), (moment) => {
      const { from, until } = spanOfWeek(weekOf(moment))
      assert.ok(from <= moment && moment < until)
      assert.equal(until - from, weekMs)
      assert.equal(spanOfWeek(weekAfter(weekOf(moment), 1)).from, until)
      assert.equal(weekAfter(weekAfter(weekOf(moment), -4), 4), weekOf(moment))
    }),
  )
})

test('what is no week is refused', () => {
  for (const wrong of ['2026-47', '2026-W54', '2026-W00', '2025-W53', 'last', '']) {
    assert.throws(() => spanOfWeek(wrong), { code: 'usage', message: `\`${wrong}\` is no week` })
  }
})
