/** Each rule of ARCHITECTURE.md has a test that bears its id, and no test bears an id that is not on the list. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { partings, readRules, testedRules } from '../scripts/architecture/rules.ts'
import { sourceFiles } from '../scripts/architecture/source-files.ts'

const root = path.resolve(import.meta.dirname, '..')
const none = { untested: [], unlisted: [], outOfCount: [] }

test('every rule in force has a test that bears its id, and every id that a test bears is on the list', () => {
  const rules = readRules(readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8'))
  const files = ['src', 'test'].flatMap((folder) => [...sourceFiles(path.join(root, folder))])
  assert.ok(rules.length >= 31, `ARCHITECTURE.md lists ${rules.length} rules`)
  assert.deepEqual(partings(rules, testedRules(new Map(files))), none)
})

const list = '- **P1** One thing.\n- **P2** Another.\n- **U1** (later) A third.\n'
/** As a test file says it; the names stand apart from it here, or this file would bear them. */
const named = (...names: string[]) => names.map((name) => `test('${name}', () => {})`).join('\n')
const tested = (text: string) => testedRules(new Map([['a.test.ts', text]]))

test('a list and its tests agree, and a rule for later needs no test', () => {
  assert.deepEqual(partings(readRules(list), tested(named('P1 one thing', 'P2 another'))), none)
})

test('a rule without a test is named', () => {
  assert.deepEqual(partings(readRules(list), tested(named('P1 one thing', 'what P2 says'))).untested, ['P2'])
})

test('a test that is skipped or still to be written holds no rule', () => {
  const skipped = named('P1 one thing', 'P2 another')
    .replace('test(', 'test.skip(')
    .replace("er', ", "er', { todo: true }, ")
  assert.deepEqual(partings(readRules(list), tested(skipped)).untested, ['P1', 'P2'])
})

test('an id outside the list is named, with its file', () => {
  const text = named('P1 one thing', 'P2 another', 'P9 a rule of nobody')
  assert.deepEqual(partings(readRules(list), tested(text)).unlisted, ['P9 in a.test.ts'])
})

test('a rule that is taken out of the list leaves a gap', () => {
  const { outOfCount } = partings(readRules('- **P1** One.\n- **P3** Three.\n'), tested(named('P1 one thing')))
  assert.deepEqual(outOfCount, ['P3'])
})
