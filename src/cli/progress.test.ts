import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../clock.ts'
import { newCall } from './call.ts'
import { paintFor } from './paint.ts'
import { progressOf } from './progress.ts'
import { scriptedTerminal } from './terminal-for-tests.ts'

function working(isTTY: boolean, json = false) {
  let now = 0
  const clock: Clock = { now: () => now, monotonic: () => now, wait: async () => {} }
  const said = { out: '', err: '' }
  const terminal = { ...scriptedTerminal({ cwd: '/', isTTY }, said), clock }
  const call = newCall({ terminal, json, paint: paintFor(terminal.out, {}, false), typed: 'charter' })
  const progress = progressOf(call, 'events', 1000)
  const work = (untilMs: number) => {
    for (; now < untilMs; now += 10) progress.at(now / 10)
  }
  return { said, progress, work }
}

test('short work says nothing', () => {
  const { said, progress, work } = working(true)
  work(90)
  progress.end()
  assert.deepEqual(said, { out: '', err: '' })
})

test('on a terminal one line on stderr is written over, and cleared in the end', () => {
  const { said, progress, work } = working(true)
  work(500)
  progress.end()
  assert.match(said.err, /\revents: 10 \(1 %\)/)
  assert.equal(said.err.includes('\n'), false)
  assert.match(said.err, new RegExp(`\\r${String.fromCharCode(27)}\\[K$`))
  assert.equal(said.out, '')
})

test('in a log it is a line every few seconds, and with --json nothing at all', () => {
  const log = working(false)
  log.work(11_000)
  assert.equal(log.said.err, 'events: 500 (50 %)\nevents: 1,000 (100 %)\n')
  const json = working(true, true)
  json.work(11_000)
  assert.equal(json.said.err, '')
})
