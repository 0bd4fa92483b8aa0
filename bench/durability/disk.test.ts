import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomOf } from '../tau-retail/random.ts'
import { Disk, type Loss, losses } from './disk.ts'

const file = '/f/ledger.db-wal'
const random = randomOf(1, 'disk')

/** `abc` synced, then a second write of so many bytes that is not. */
function diskWith(unsynced: number) {
  const disk = new Disk()
  disk.apply({ call: 'write', file, at: 0, bytes: Buffer.from('abc') })
  disk.apply({ call: 'sync', file })
  disk.apply({ call: 'write', file, at: 3, bytes: Buffer.alloc(unsynced, 'x') })
  return disk
}

const left = (disk: Disk, loss: Loss) => disk.cut(loss, random).get(file)?.toString()

test('what was synced is there whatever is lost', () => {
  for (const loss of losses)
    for (let tries = 0; tries < 20; tries++) assert.match(left(diskWith(2_000), loss) ?? '', /^abc/)
})

test('what was not synced is gone, there, or there in part', () => {
  assert.equal(left(diskWith(4), 'dropped'), 'abc')
  assert.equal(left(diskWith(4), 'kept'), 'abcxxxx')
  const torn = new Set(Array.from({ length: 40 }, () => left(diskWith(2_000), 'torn')))
  assert.ok(torn.size > 3, 'it tears in one way only')
  const short = new Set(Array.from({ length: 40 }, () => left(diskWith(2_000), 'cut_short')?.length))
  assert.ok(short.has(3) && short.size > 2)
})

test('a file that was cut off is shorter once that is synced, and what is written beyond its end leaves zeros', () => {
  const disk = diskWith(4)
  disk.apply({ call: 'truncate', file, size: 2 })
  assert.equal(left(disk, 'dropped'), 'abc')
  disk.apply({ call: 'sync', file })
  disk.apply({ call: 'write', file, at: 4, bytes: Buffer.from('z') })
  assert.equal(left(disk, 'dropped'), 'ab')
  assert.equal(left(disk, 'kept'), 'ab\0\0z')
})

test('an unlinked file and files that are no database are not looked at', () => {
  const disk = diskWith(4)
  disk.apply({ call: 'write', file: '/f/ledger.db-shm', at: 0, bytes: Buffer.from('s') })
  disk.apply({ call: 'unlink', file })
  assert.deepEqual([...disk.cut('kept', random).keys()], [])
})
