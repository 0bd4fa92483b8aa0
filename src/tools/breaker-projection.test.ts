import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsAfter } from '../../test/projected-ledger.ts'
import { breakerProjection } from './breaker-projection.ts'

const opened = (at: number, until: number) => ({
  at,
  stream: 'tool/request_refund',
  actor: 'engine:eng_1',
  events: [{ type: 'breaker.opened', body: { tool: 'request_refund', until } }],
})
const closed = (at: number) => ({
  at,
  stream: 'tool/request_refund',
  actor: 'engine:eng_1',
  events: [{ type: 'breaker.closed', body: { tool: 'request_refund' } }],
})
const breakerAfter = async (...happenings: Parameters<typeof rowsAfter>[1]) =>
  (await rowsAfter(breakerProjection, happenings, { breaker: { read: 'breaker', tool: 'request_refund' } })).breaker

test('D10 an open breaker says since when and until when the tool is left alone', async () => {
  assert.equal(await breakerAfter(), null)
  assert.deepEqual(await breakerAfter(opened(10, 60)), { state: 'open', since: 10, until: 60 })
  assert.deepEqual(await breakerAfter(opened(10, 60), opened(70, 130)), { state: 'open', since: 70, until: 130 })
})

test('D10 a closed breaker leaves the tool alone no longer', async () => {
  assert.deepEqual(await breakerAfter(opened(10, 60), closed(65)), { state: 'closed', since: 65, until: 65 })
})
