/** Histories of earlier Charters, replayed by this one. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { shapeOf } from '../recorded/kept-run.ts'
import { folder, historyFiles, readHistory, replayHistory } from './history.ts'

for (const file of historyFiles()) {
  const history = readHistory(file)
  test(`L9 recorded history ${file} comes out the same: ${history.about}`, async () => {
    const replay = await replayHistory(history)
    assert.deepEqual(replay.verdict === 'different' ? replay.difference : replay.verdict, 'same')
  })
}

test('there are twenty histories at least, of as many shapes, and none was changed since it was added', () => {
  const files = historyFiles()
  const shapes = files.map((file) => shapeOf(readHistory(file)))
  assert.ok(files.length >= 20, `${files.length} histories`)
  assert.ok(new Set(shapes).size >= 20, `${new Set(shapes).size} shapes`)
  const sums = readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8')
  const written = files.map((file) => `${sumOf(path.join(folder, file))}  ${file}\n`).join('')
  assert.equal(written, sums, 'a history is never changed once added: put it back')
})

const sumOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
