import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Happening, rowsAfter } from '../../test/projected-ledger.ts'
import { decideStop, noStop, type StopCommand } from './stop.ts'
import { stopProjection } from './stop-projection.ts'

const raise = (level: 'draft' | 'abort'): StopCommand => ({
  type: 'raise',
  scope: 'tool',
  value: 'request_refund',
  environment: 'dev',
  level,
})
const happening = (at: number, actor: string, events: Happening['events']): Happening => ({
  at,
  stream: 'stop/dev:tool:request_refund',
  actor,
  events,
})
const raised = happening(10, 'ada@acme.example', decideStop(noStop, raise('draft')))
const row = {
  stop: 'dev:tool:request_refund',
  scope: 'tool',
  value: 'request_refund',
  environment: 'dev',
  level: 'draft',
  by: 'ada@acme.example',
  since: 10,
}

const stopsAfter = async (...happenings: Happening[]) =>
  (await rowsAfter(stopProjection, happenings, { stops: { read: 'stops' } })).stops

test('a stop in force is a row that says who raised it and since when', async () => {
  assert.deepEqual(await stopsAfter(raised), [row])
})

test('raising again replaces the row, and a quiet stop is still in force', async () => {
  const again = happening(20, 'bob@acme.example', decideStop(noStop, raise('abort')))
  const body = { stop: row.stop, finished: 0, given_up: 0, waited_ms: 0 }
  const quiet = happening(30, 'engine:eng_1', [{ type: 'stop.quiet', body }])
  assert.deepEqual(await stopsAfter(raised, again, quiet), [
    { ...row, level: 'abort', by: 'bob@acme.example', since: 20 },
  ])
})

test('a stop that was lifted is no longer there', async () => {
  const lifted = happening(20, 'ada@acme.example', [{ type: 'stop.lifted', body: { stop: row.stop } }])
  assert.deepEqual(await stopsAfter(raised, lifted), [])
})
