import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rateLimits } from './rate-limit.ts'

const rate = (count: number, withinMs: number) => ({ count, withinMs })
const says = (...rates: (ReturnType<typeof rate> | undefined)[]) => rateLimits(...rates).map((limit) => limit.says)

test('a rate is a limit on calls of the tool', () => {
  assert.deepEqual(rateLimits(rate(10, 60_000)), [
    { measure: 'calls', per: 'tool', withinMs: 60_000, max: 10, says: '10/min' },
  ])
  assert.deepEqual(rateLimits(undefined, undefined), [])
})

test('of the vendor and the page the tighter binds, and both where neither is', () => {
  assert.deepEqual(says(rate(10, 60_000), rate(5, 60_000)), ['5/min'])
  assert.deepEqual(says(rate(10, 60_000), rate(10, 60_000)), ['10/min'])
  assert.deepEqual(says(rate(10, 60_000), rate(10, 3_600_000)), ['10/h'])
  assert.deepEqual(says(rate(10, 60_000), rate(100, 3_600_000)), ['10/min', '100/h'])
})
