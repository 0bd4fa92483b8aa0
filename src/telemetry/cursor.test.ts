import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { acknowledge, fileCursor, noProgress, positionOf, rewind, settlesAfterMs } from './cursor.ts'

function inFolder(t: { after(done: () => void): void }): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cursor-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'a', 'cursor.json')
}

test('progress is found again as it was kept', (t) => {
  const file = inFolder(t)
  const cursor = fileCursor(file, 'ledger_1 dev collector')
  assert.deepEqual(cursor.load(), noProgress)
  const progress = acknowledge(acknowledge(noProgress, 5, 100), 9, 200)
  cursor.keep(progress, true)
  assert.deepEqual(cursor.load(), progress)
  assert.deepEqual(readdirSync(path.dirname(file)), ['cursor.json'])
})

test('of an exporter that was killed only what had settled counts', (t) => {
  const cursor = fileCursor(inFolder(t), 'one')
  const progress = acknowledge(acknowledge(noProgress, 5, 100), 9, 100 + settlesAfterMs)
  cursor.keep(progress, false)
  assert.deepEqual(cursor.load(), { settled: 5, acknowledged: [] })
})

test('the progress of another ledger, environment or collector is not used', (t) => {
  const file = inFolder(t)
  fileCursor(file, 'one').keep(acknowledge(noProgress, 5, 100), true)
  assert.deepEqual(fileCursor(file, 'other').load(), noProgress)
})

test('a cursor that cannot be read is said, and not begun anew behind your back', (t) => {
  const file = inFolder(t)
  const cursor = fileCursor(file, 'one')
  cursor.keep(noProgress, true)
  writeFileSync(file, '{"version":')
  assert.throws(() => cursor.load(), { code: 'usage', param: '--cursor', hint: /remove it/ })
})

test('after a loss everything is sent again that was acknowledged shortly before it, and nothing earlier', () => {
  const moments = fc.array(fc.nat(30_000), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(moments, fc.nat(40_000), (unsorted, lostAt) => {
      const times = unsorted.toSorted((a, b) => a - b).filter((at) => at <= lostAt)
      const progress = times.reduce((known, at, index) => acknowledge(known, index + 1, at), noProgress)
      const last = times.findLastIndex((at) => at <= lostAt - settlesAfterMs)
      assert.equal(positionOf(progress), times.length)
      assert.equal(positionOf(rewind(progress, lostAt)), last + 1)
    }),
  )
})
