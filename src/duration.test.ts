import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDuration, formatRate, parseDuration, parseRate } from './duration.ts'

test('times are read in every unit', () => {
  const read = ['250ms', '10s', '5m', '5min', '4h', '30d', '0s'].map(parseDuration)
  assert.deepEqual(read, [250, 10_000, 300_000, 300_000, 14_400_000, 2_592_000_000, 0])
})

test('what is no time is nothing, not a guess', () => {
  for (const text of ['', '10', 's', '-1s', '1.5h', '1e3s', '10 s', '10S', '30_days', '1h30m', '99999999999999999d']) {
    assert.equal(parseDuration(text), undefined, text)
  }
})

test('a time that is written is read again as itself', () => {
  fc.assert(fc.property(fc.nat({ max: 1e12 }), (ms) => assert.equal(parseDuration(formatDuration(ms)), ms)))
})

test('a time is written in the largest unit that says it exactly', () => {
  assert.deepEqual([0, 999, 90_000, 7_200_000, 172_800_000].map(formatDuration), ['0ms', '999ms', '90s', '2h', '2d'])
})

test('rates are read, and written again as they were', () => {
  assert.deepEqual(parseRate('10/min'), { count: 10, withinMs: 60_000 })
  for (const text of ['3/s', '10/min', '100/h', '1/d']) {
    const rate = parseRate(text)
    assert.ok(rate)
    assert.equal(formatRate(rate), text)
  }
  assert.equal(formatRate({ count: 2, withinMs: 90_000 }), '2 in 90s')
})

test('what is no rate is nothing', () => {
  for (const text of ['', '10', '/min', '0/min', '-1/min', '1.5/min', '10/m', '10/week', '10 / min']) {
    assert.equal(parseRate(text), undefined, text)
  }
})
