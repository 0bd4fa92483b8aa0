import assert from 'node:assert/strict'
import { test } from 'node:test'
import { knownTypes } from './known-events.ts'
import { mayRide } from './riding-events.ts'

test('L3 of the events of a run those of a turn of reads may ride, and the outcomes of writes; nothing else', () => {
  const riding = knownTypes.filter((type) => mayRide({ type })).toSorted()
  assert.deepEqual(riding, [
    'action.judged',
    'action.proposed',
    'action.returned',
    'effect.committed',
    'effect.given_up',
    'effect.not_committed',
    'effect.unknown',
    'turn.answered',
    'turn.failed',
    'turn.started',
  ])
})
