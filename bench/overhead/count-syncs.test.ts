import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { commitsIn, syncsIn } from './count-syncs.ts'

const hex = (text: string): string => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16)}`).join('')
const log = hex('/tmp/x/.charter/ledger.db-wal')
const frame = (pagesAfter: string, file = log) =>
  `12 pwrite64(21<${file}>, "\\x00\\x00\\x00\\x05\\x00\\x00\\x00\\x${pagesAfter}"..., 24, 32) = 24`

function traceOf(t: TestContext, lines: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-trace-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'strace')
  writeFileSync(file, lines.join('\n'))
  return file
}

test('every kind of sync counts once, also where the call was interrupted by another thread', (t) => {
  const lines = [
    `12 fdatasync(21<${log}>) = 0`,
    `12 fsync(22<${log}> <unfinished ...>`,
    '13 <... fsync resumed>) = 0',
    '12 sync_file_range(4, 0, 8192, SYNC_FILE_RANGE_WRITE) = 0',
    frame('00'),
  ]
  assert.equal(syncsIn(traceOf(t, lines)), 3)
})

test('a commit is a frame of the log that says how large the database is after it, in the ledger and in no other file', (t) => {
  const lines = [frame('00'), frame('2a'), frame('00'), frame('2b'), frame('2c', hex('/tmp/x/.charter/keyring.db-wal'))]
  assert.equal(commitsIn(traceOf(t, lines)), 2)
})

test('a program that left no trace has synced nothing', () => {
  assert.deepEqual([syncsIn('/nowhere'), commitsIn('/nowhere')], [0, 0])
})
