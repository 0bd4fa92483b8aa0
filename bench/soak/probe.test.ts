import assert from 'node:assert/strict'
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { growthAlongLine, median, sampleOf } from './probe.ts'

const along = (values: readonly number[]) =>
  growthAlongLine(
    values.map((_, minute) => ({ minute })),
    (index) => values[index] ?? Number.NaN,
  )

test('what rises steadily has grown by its whole rise, and what goes up and down has not', () => {
  assert.equal(along([10, 12, 14, 16]), 6)
  assert.ok(Math.abs(along([10, 20, 10, 20, 10, 20, 10])) < 1)
  assert.equal(along([16, 14, 12]), -4)
  assert.ok(Number.isNaN(along([])))
  assert.equal(median([3, 1, 2]), 2)
})

test('a process is seen to open a file, to grow, and to write its log', { skip: process.platform !== 'linux' }, () => {
  const log = path.join(tmpdir(), `probe-${process.pid}-wal`)
  const before = sampleOf(process.pid, [log], 0)
  const file = openSync(import.meta.filename, 'r')
  writeFileSync(log, Buffer.alloc(3 * 2 ** 20))
  const kept = Buffer.alloc(64 * 2 ** 20, 1)
  const after = sampleOf(process.pid, [log, `${log}-of-nobody`], 0)
  closeSync(file)
  rmSync(log)
  assert.equal(after.fds - before.fds, 1)
  assert.ok(after.rssMb - before.rssMb > 50, `${kept.length} bytes are not seen`)
  assert.deepEqual([before.walMb, after.walMb], [0, 3])
})
