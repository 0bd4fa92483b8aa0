import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportOf } from './report.ts'
import type { Figures } from './try-database.ts'

const good: Figures = {
  runs: 60,
  secrets: 60,
  found_before: 60,
  opened_before: 60,
  found_after: 0,
  opened_after: 0,
  keys_erased: 100,
  key_bytes_before: 100,
  key_bytes_after: 0,
  decrypted_with_backup_kek: 0,
  decrypted_with_backup_keyring: 60,
  kept: 60,
  kept_readable: 60,
  ended: 2,
  said_otherwise: 0,
  bytes_searched: 1,
  verifies: true,
}
const rebuilt = { same: true, findsEdit: true }
const failuresOf = (more: Partial<Figures>) =>
  reportOf({ sqlite: { figures: { ...good, ...more }, rebuilt } }, { short: false, databases: ['sqlite'] }).failures

test('a run in which all held has nothing to complain of', () => {
  assert.deepEqual(failuresOf({}), [])
})

const bad: readonly Partial<Figures>[] = [
  { found_after: 1 },
  { opened_after: 1 },
  { key_bytes_after: 1 },
  { decrypted_with_backup_kek: 1 },
  { said_otherwise: 1 },
  { found_before: 59 },
  { kept_readable: 59 },
  { key_bytes_before: 99 },
  { decrypted_with_backup_keyring: 0 },
  { verifies: false },
  { ended: 0 },
  { secrets: 49, found_before: 49, opened_before: 49, decrypted_with_backup_keyring: 49 },
]

for (const figures of bad)
  test(`it complains where ${JSON.stringify(figures)}`, () => {
    assert.equal(failuresOf(figures).length, 1)
  })
