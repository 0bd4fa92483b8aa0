import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../clock.ts'
import { systemRandomness } from '../../ids.ts'
import { appendAll, happened, tenant } from '../contract/ledger-under-test.ts'
import { openSqliteLedger } from './sqlite-ledger.ts'

const marker = (n: number) => Buffer.from(`marker ${n} that is looked for `.repeat(400))

test('bytes of a payload that was removed are in neither the file nor its log', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'charter-removed-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'ledger.db')
  const ledger = await openSqliteLedger({ file, projections: [], clock: systemClock, random: systemRandomness })
  t.after(() => ledger.close())
  const stream = 'run/1'
  const payloads = [1, 2].map((n) => ({ stream, n, class: 'prompt', ciphertext: marker(n) }))
  await appendAll(ledger, [{ stream, after: 'any', events: [happened], payloads }])
  const found = (n: number) => [file, `${file}-wal`].filter((name) => readFileSync(name).includes(`marker ${n} that`))
  assert.ok(found(1).length > 0)
  await ledger.stored.remove(tenant, stream, [1])
  assert.equal(await ledger.stored.scrub(), true)
  assert.deepEqual(found(1), [])
  assert.ok(found(2).length > 0)
})
