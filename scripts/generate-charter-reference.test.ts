import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { approvalStep } from '../src/charter/approval-step.ts'
import { listKeys } from '../src/charter/list-keys.ts'
import { unknownOrder } from '../src/charter/order.ts'
import { changeOf } from './docs/say-order.ts'
import { charterReference, charterReferenceFile } from './generate-charter-reference.ts'

const page = charterReference()
const rows = page.split('\n').filter((line) => line.startsWith('| `'))

test('the reference of the page is the one that the table of keys makes', () => {
  const isInSync = readFileSync(charterReferenceFile, 'utf8') === page
  assert.ok(isInSync, 'run `node_modules/.bin/node scripts/generate-charter-reference.ts` and commit what it writes')
})

test('every key stands in it once, with a value and with what a change of it means', () => {
  const keys = listKeys().filter(({ path, key }) => path.includes('.') || key.kind.keys === undefined)
  const sections = listKeys().filter(({ path, key }) => !path.includes('.') && key.kind.keys !== undefined)
  for (const { path } of keys) assert.equal(rows.filter((row) => row.startsWith(`| \`${path}\``)).length, 1, path)
  for (const { path } of sections) assert.ok(page.includes(`## \`${path}\``), path)
  for (const row of rows) assert.match(row, /^\| `[^`]+`.* \| [A-Z].*\..* \| \S.* \| \S.* \|( \S.* \|)?$/, row)
})

test('a key that nothing enforces says so, and no other does', () => {
  const said = rows.filter((row) => row.includes('**Nothing enforces it yet.**'))
  const unenforced = listKeys().filter(({ path, enforced }) => path.includes('.') && enforced === false)
  assert.deepEqual(
    said.map((row) => /^\| `([^`]+)`/.exec(row)?.[1]),
    unenforced.map(({ path }) => path),
  )
  assert.ok(said.length > 5)
})

test('a scale is said from what allows least to what allows most', () => {
  const stage = listKeys().find(({ path }) => path === 'agent.stage')
  assert.equal(stage && changeOf(stage.key), 'from least to most: `observe`, `draft`, `gated`, `auto`')
})

test('an order without a sentence is refused', () => {
  const [from] = Object.values(approvalStep.keys ?? {})
  assert.ok(from)
  assert.throws(() => changeOf({ ...from, order: { ...unknownOrder, widens: 'always' } }), /widens when always/)
})
