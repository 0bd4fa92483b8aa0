import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogReader } from './system-calls.ts'
import { WordReader } from './words.ts'

const hex = (text: string) => Buffer.from(text).toString('hex').replaceAll(/../g, '\\x$&')
const on = (descriptor: number, path: string) => `${descriptor}<${hex(path)}>`
const wal = '/f/ledger.db-wal'

const read = (...lines: string[]) => {
  const reader = new LogReader()
  return lines.flatMap((line) => reader.read(line))
}

test('writes, syncs and cuts of a file come with their place', () => {
  const calls = read(
    `7 pwrite64(${on(23, wal)}, "${hex('ab"c')}", 4, 4152) = 4`,
    `7 fdatasync(${on(23, wal)}) = 0`,
    `7 ftruncate(${on(23, wal)}, 16) = 0`,
    `7 unlink("${hex('/f/ledger.db-journal')}") = 0`,
  )
  assert.deepEqual(calls, [
    { call: 'write', file: wal, at: 4152, bytes: Buffer.from('ab"c') },
    { call: 'sync', file: wal },
    { call: 'truncate', file: wal, size: 16 },
    { call: 'unlink', file: '/f/ledger.db-journal' },
  ])
})

test('a sync that another thread interrupts counts from its end, a word from its beginning', () => {
  const calls = read(
    `7 fsync(${on(23, wal)} <unfinished ...>`,
    `8 write(${on(3, 'socket:[1]')}, "${hex('hello')}", 5 <unfinished ...>`,
    '7 <... fsync resumed>) = 0',
    '8 <... write resumed>) = 5',
  )
  assert.deepEqual(
    calls.map(({ call }) => call),
    ['say', 'sync'],
  )
})

test('what failed did not happen, and what nobody follows is an error', () => {
  assert.deepEqual(read(`7 fsync(${on(23, wal)}) = -1 EIO (Input/output error)`, '7 +++ killed by SIGKILL +++'), [])
  assert.throws(() => read(`7 fallocate(${on(23, wal)}, 0, 0, 4096) = 0`), /nobody follows/)
  assert.throws(() => read(`7 write(${on(23, wal)}, "${hex('a')}", 1) = 1`), /nobody follows/)
  assert.throws(() => read(`7 pwrite64(${on(23, wal)}, "${hex('a')}"..., 9, 0) = 9`), /cut a string short/)
})

test('answers are read from the channel, in pieces too, and writes from any other socket', () => {
  const words = new WordReader()
  const say = (to: number, text: string) => words.read({ call: 'say', to, bytes: Buffer.from(text) })
  const line = JSON.stringify({ said: 'answer', n: 1, answer: { run: 'run_1' } })
  assert.deepEqual(say(3, `{"said":"ready"}\n${line.slice(0, 20)}`), [])
  assert.deepEqual(say(3, `${line.slice(20)}\n`), [{ word: 'started', run: 'run_1' }])
  const request = 'POST /writes HTTP/1.1\r\nhost: x\r\nidempotency-key: ck_1\r\nx-attempt: 2\r\n\r\n{}'
  assert.deepEqual(say(30, request), [{ word: 'sent', key: 'ck_1', attempt: 2 }])
  assert.deepEqual(say(30, 'GET /writes/ck_1 HTTP/1.1\r\n\r\n'), [])
})
