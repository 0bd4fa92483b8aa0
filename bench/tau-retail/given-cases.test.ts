import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { readGivenCases } from './given-cases.ts'

function read(text: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'given-'))
  try {
    writeFileSync(path.join(folder, 'cases.json'), text)
    return readGivenCases(path.join(folder, 'cases.json'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const cancel = { name: 'cancel_pending_order', kwargs: { order_id: '#1', reason: 'no longer needed' } }
const written = { name: 'cancel_pending_order', arguments: cancel.kwargs }

test('the benchmark’s own tasks are cases', () => {
  const [task] = read(JSON.stringify([{ id: 't1', user_id: 'ada', instruction: 'help', actions: [cancel] }]))
  const expected = { id: 't1', userId: 'ada', actions: [written], setUp: [], asWritten: false, confirmedBy: undefined }
  assert.deepEqual(task, expected)
})

test('a case can say what came before, that nothing is put in, and who says yes', () => {
  const said = { set_up: [written], as_written: true, confirmed_by: null }
  const [given] = read(JSON.stringify([{ id: 't1', user_id: 'ada', actions: [written], ...said }]))
  assert.deepEqual([given?.setUp, given?.asWritten, given?.confirmedBy], [[written], true, null])
})

test('a file that is not of that shape, or that calls what the shop does not have, is refused', () => {
  assert.throws(() => read('[{"id": 1}]'), { code: 'usage' })
  assert.throws(() => read('{'), { code: 'usage' })
  const stranger = { name: 'drop_table', kwargs: {} }
  assert.throws(() => read(JSON.stringify([{ id: 't1', user_id: 'ada', actions: [stranger] }])), /drop_table/)
})
