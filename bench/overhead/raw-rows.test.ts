import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openClerk } from './clerk/open-clerk.ts'
import { definitionOf, runsIn } from './raw-rows.ts'

test('every event and payload of a run of reads is appended raw, cut where the run appended, and none of a run that wrote', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-raw-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const ledger = path.join(folder, 'ledger.db')
  {
    await using clerk = await openClerk({ ledger, keyring: path.join(folder, 'keyring.db') }, '')
    await clerk.play('reads')
    await clerk.play('writes')
    assert.deepEqual(clerk.carried, { reads: 5, writes: 5 })
  }
  const [run = [], ...others] = runsIn(ledger)
  assert.equal(others.length, 0)
  // The start, the reservation of each of six turns, and the end.
  assert.equal(run.length, 8)
  using database = new DatabaseSync(ledger)
  const stream = String(run[0]?.events[0]?.[1])
  for (const table of ['events', 'payloads'] as const) {
    const { rows } = database.prepare(`SELECT count(*) AS rows FROM ${table} WHERE stream = ?`).get(stream) ?? {}
    assert.equal(run.flatMap((append) => append[table]).length, rows, table)
    using raw = new DatabaseSync(':memory:')
    raw.exec(definitionOf(ledger, table))
    assert.equal(raw.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows, 0)
  }
})
