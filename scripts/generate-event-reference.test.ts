import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { sourceFiles } from './architecture/source-files.ts'
import { events } from './event-table.ts'
import { eventReference, eventReferenceFile } from './generate-event-reference.ts'

test('the reference of events is the one that the table makes', () => {
  const isInSync = readFileSync(eventReferenceFile, 'utf8') === eventReference()
  assert.ok(isInSync, 'run `node_modules/.bin/node scripts/generate-event-reference.ts` and commit what it writes')
})

test('every event has a heading that a link can point at, and none is left out', () => {
  const headings = [...eventReference().matchAll(/^### (.+)$/gm)].map(([, heading]) => heading)
  assert.deepEqual(headings.toSorted(), Object.keys(events).toSorted())
})

test('L9 every type of event that the code writes or reads is in the table', () => {
  const nouns = new Set(Object.keys(events).map((type) => type.split('.')[0]))
  const spoken = new RegExp(`(?:type:|[!=]==|case|parts,) '((?:${[...nouns].join('|')})\\.[a-z_]+)'`, 'g')
  const found = new Set<string>()
  for (const [file, text] of sourceFiles(path.resolve(import.meta.dirname, '../src'))) {
    if (/\.test(-d)?\.ts$|\/contract\//.test(file)) continue
    for (const [, type = ''] of text.matchAll(spoken)) found.add(type)
  }
  assert.ok(found.size > 30, `found ${found.size}`)
  assert.deepEqual(
    [...found].filter((type) => !(type in events)),
    [],
  )
})
