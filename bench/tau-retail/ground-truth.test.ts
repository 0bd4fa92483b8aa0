import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { dataFolder, skip } from '../../examples/retail/data-folder.ts'
import { operations } from '../../examples/retail/operations.ts'
import { openStore, type Store } from '../../examples/retail/store.ts'
import { type Call, readTasks } from './data.ts'
import { type ExpectedObservation, readExpectedObservations, readExpectedStates } from './expected.ts'
import { observationText } from './observation-text.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('the untouched store has the hash that the benchmark has', { skip }, () => {
  using store = openStore({ data: dataFolder })
  assert.equal(store.stateHash(), readExpectedStates().base)
})

test('every call of all 635 tasks answers as the benchmark did, and leaves the database that it left', { skip }, () => {
  using store = openStore({ data: dataFolder })
  const expected = readExpectedStates()
  const observations = readExpectedObservations()
  const seen = { tasks: 0, compared: 0, writes: 0, accepted: 0 }
  const refused: string[] = []
  const expectedRefused: string[] = []

  for (const [place, task] of readTasks().entries()) {
    for (const [index, call] of task.actions.entries()) {
      const observed = observations.get(task.id)?.[index]
      assert.ok(observed, `${task.id}[${index}] has an observation`)
      const ok = playAndCompare(store, call, observed, `${task.id}[${index}]`)
      if (!observed.skipped) seen.compared += 1
      if (operations[call.name].effect !== 'write') continue
      seen.writes += 1
      if (ok) seen.accepted += 1
      else refused.push(`${task.id}[${index}]`)
      if (observed.error) expectedRefused.push(`${task.id}[${index}]`)
    }
    assert.equal(expected.tasks[place]?.id, task.id)
    assert.equal(store.stateHash(), expected.tasks[place]?.final_hash_jcs_sha256, `final state of ${task.id}`)
    seen.tasks += 1
    store.reset()
  }

  assert.deepEqual(seen, { tasks: 635, compared: 1371, writes: 971, accepted: 947 })
  assert.deepEqual(refused, expectedRefused)
  assert.equal(new Set(refused.map((place) => place.slice(0, place.indexOf('[')))).size, 23)
  assert.equal(store.stateHashAnew(), expected.base, 'the store is back at the start after all of it')
})

/** Whether the shop accepted the call. A refusal must not have touched a row. */
function playAndCompare(store: Store, call: Call, expected: ExpectedObservation, place: string): boolean {
  const before = store.writeCount()
  const outcome = store.perform(call.name, call.arguments)
  const touched = store.writeCount() > before
  assert.equal(touched, outcome.ok && operations[call.name].effect === 'write', `${place} touches rows when accepted`)
  if (!expected.skipped) assert.equal(sha256(observationText(store, call, outcome)), expected.sha256, place)
  return outcome.ok
}
