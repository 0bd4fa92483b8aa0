/** The parts of the bench in a small round: three runs, the decoder in place of the collector, one kill. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { collectorsIn } from './collectors.ts'
import { compareHeaders, compareSpans } from './compare.ts'
import { expectedSpans } from './expected-spans.ts'
import { exportRest } from './exporters.ts'
import { receivedSpans } from './received-spans.ts'
import { spawnDesk } from './spawn-desk.ts'
import { spawnPlay } from './spawn-play.ts'

/** So that the kill comes before anything is written, however slow the machine. */
const longerThanTheTestMs = 600_000

test('a few runs arrive whole, a span that a killed collector had is missed, and what the desk heard names its spans', async () => {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(tmpdir(), 'otlp-pieces-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  mkdirSync(path.join(folder, '.charter'))
  const desk = opened.use(await spawnDesk({ file: path.join(folder, 'desk.jsonl'), seed: 1 }))
  const collectors = await collectorsIn(folder, undefined, longerThanTheTestMs)
  opened.defer(() => collectors.stop())
  await collectors.start()
  const ledger = path.join(folder, '.charter', 'ledger.db')
  const keyring = path.join(folder, '.charter', 'keyring.db')
  const played = await spawnPlay({ folder, ledger, keyring, desk: desk.url, runs: 3, seed: 1 }).ended
  const source = path.resolve(import.meta.dirname, '../..')
  const orders = { source, folder, ledger, url: collectors.url, cursor: path.join(folder, 'cursor.json') }
  const expected = expectedSpans(ledger)
  assert.ok(expected.length > 60)

  await exportRest(orders)
  await collectors.kill()
  const compared = () => compareSpans(expected, receivedSpans(collectors.files), played)
  assert.equal(compared().missing, expected.length)
  await collectors.start()
  await exportRest({ ...orders, cursor: path.join(folder, 'another.json') })
  await collectors.stop()
  const { missing, extra, wrongParent, wrongTime } = compared()
  assert.deepEqual({ missing, extra, wrongParent, wrongTime }, { missing: 0, extra: 0, wrongParent: 0, wrongTime: 0 })
  const crossed = compareHeaders(desk.entries(), receivedSpans(collectors.files))
  assert.ok(crossed.calls >= 12)
  assert.equal(crossed.wrong, 0)
})
