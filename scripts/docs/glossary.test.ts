import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { nouns, verbs } from '../../src/cli/verbs.ts'
import { projectionTables } from '../../src/ledger/migrations/projection-tables.ts'
import { root } from './pages.ts'
import { rowsOf } from './read-table.ts'

const rows = rowsOf(readFileSync(path.join(root, 'docs/reference/glossary.md'), 'utf8'), 'word')
const column = (index: number) =>
  new Set(rows.flatMap((row) => [...(row[index] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)))
const [folders, tables, streams, commands] = [column(2), column(3), column(4), column(5)]

const difference = (a: Iterable<string>, b: ReadonlySet<string>) => [...a].filter((name) => !b.has(name)).toSorted()

test('every folder of src is a word of the glossary, and every folder that it names is there', () => {
  const there = new Set(
    readdirSync(path.join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  )
  assert.deepEqual([difference(there, folders), difference(folders, there)], [[], []])
})

test('every noun and every verb without one is a command of a word, and no other is named', () => {
  const said = new Set([...Object.keys(nouns), ...verbs.map(({ name }) => name).filter((name) => !name.includes(' '))])
  assert.deepEqual([difference(said, commands), difference(commands, said)], [[], []])
})

test('every list is a table of a word, and every table that it names is made by a migration', () => {
  const migrations = readdirSync(path.join(root, 'src/ledger/migrations'))
    .map((file) => readFileSync(path.join(root, 'src/ledger/migrations', file), 'utf8'))
    .join('\n')
  const made = new Set([...migrations.matchAll(/CREATE TABLE (\w+)/g)].map(([, name = '']) => name))
  assert.deepEqual([difference(Object.keys(projectionTables), tables), difference(tables, made)], [[], []])
})

test('every stream that it names is written by somebody', () => {
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'))
    .join('\n')
  const written = new Set([...sources.matchAll(/`([a-z]+\/)\$\{/g)].map(([, prefix = '']) => prefix))
  assert.deepEqual([difference(streams, written), streams.size > 5], [[], true])
})

test('no word stands in it twice', () => {
  const words = rows.map(([word = '']) => word)
  assert.deepEqual(words.length, new Set(words).size)
})
