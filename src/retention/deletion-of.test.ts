import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deletionOf, deletionsIn } from './deletion-of.ts'
import type { StoredEvent } from './retention-events.ts'

const erased = (seq: number, ofClass: string, deletion: string, through: number): StoredEvent => ({
  type: 'payload.erased',
  seq,
  at: seq,
  actor: 'ada',
  body: { deletion, cause: 'expired', stream: 'run/1', class: ofClass, count: 2, through },
})
const events = [erased(1, 'prompt', 'ret_1', 40), erased(2, 'result', 'ret_2', 60), erased(3, 'prompt', 'ret_3', 90)]

test('L8 content that is missing is told with the deletion of its class, and of its own stream', () => {
  assert.equal(deletionOf(events, 'run/1', 'result')?.deletion, 'ret_2')
  assert.equal(deletionOf(events, 'run/1', 'input'), undefined)
  assert.equal(deletionOf(events, 'run/2', 'result'), undefined)
  assert.equal(
    deletionOf([{ ...erased(1, 'prompt', 'ret_1', 40), type: 'retention.run' }], 'run/1', 'prompt'),
    undefined,
  )
})

test('L8 content that came after a deletion was taken by the next one, or by none', () => {
  const by = (n: number) => deletionOf(events, 'run/1', 'prompt', n)?.deletion
  assert.deepEqual([by(40), by(41), by(90), by(91)], ['ret_1', 'ret_3', 'ret_3', undefined])
})

test('all deletions of a stream are listed as they came', () => {
  assert.deepEqual(
    deletionsIn(events).map(({ class: ofClass, at, by, count }) => [ofClass, at, by, count]),
    [
      ['prompt', 1, 'ada', 2],
      ['result', 2, 'ada', 2],
      ['prompt', 3, 'ada', 2],
    ],
  )
})
