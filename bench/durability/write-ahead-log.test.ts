import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { WriteAheadLog } from './write-ahead-log.ts'

const file = '/f/ledger.db-wal'
const [one, two] = [hash('sha256', 'one'), hash('sha256', 'two')]

/** A frame with these hashes side by side, as rows have them. */
function frame(log: WriteAheadLog, isCommit: boolean, ...hashes: string[]): void {
  const header = Buffer.alloc(24)
  header.writeUInt32BE(isCommit ? 9 : 0, 4)
  const page = Buffer.alloc(4_096)
  page.write(`abc${hashes.join('')}f`, 100, 'latin1')
  log.apply({ call: 'write', file, at: 32, bytes: header })
  log.apply({ call: 'write', file, at: 56, bytes: page })
}
const sync = (log: WriteAheadLog) => log.apply({ call: 'sync', file })
const durable = (log: WriteAheadLog) => [one, two].map((hash) => log.isDurable(hash))

test('an event is durable after the sync that follows its commit', () => {
  const log = new WriteAheadLog([one, two])
  frame(log, true, one, two)
  assert.deepEqual(durable(log), [false, false])
  sync(log)
  assert.deepEqual(durable(log), [true, true])
})

test('a sync before the frame that commits it covers nothing of a transaction', () => {
  const log = new WriteAheadLog([one, two])
  frame(log, false, one)
  sync(log)
  assert.deepEqual(durable(log), [false, false])
  frame(log, true, two)
  assert.deepEqual(durable(log), [false, false])
  sync(log)
  assert.deepEqual(durable(log), [true, true])
})

test('a later commit that is not synced takes nothing away', () => {
  const log = new WriteAheadLog([one, two])
  frame(log, true, one)
  sync(log)
  frame(log, true, one, two)
  assert.deepEqual(durable(log), [true, false])
})
