import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'
import { skip } from '../examples/retail/data-folder.ts'

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, 'run.ts'), ...args], { encoding: 'utf8' })

test('a bench that is not there is bad input, and the nearest one is named', () => {
  const { status, stderr, stdout } = bench('tau-retial')
  assert.deepEqual([status, stdout], [3, ''])
  assert.match(stderr, /did you mean `tau-retail`/)
})

test('a seed that is no number, and an option that a bench does not know, are bad input', { skip }, () => {
  assert.equal(bench('tau-retail', '--seed', 'seven').status, 3)
  const { status, stderr } = bench('tau-retail', '--shrot')
  assert.equal(status, 3)
  assert.match(stderr, /--shrot/)
})
