import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { plants } from './plants.ts'

const root = path.resolve(import.meta.dirname, '../../..')

test('every planted fault still has its place in the source, and only one', () => {
  for (const { name, file, find } of plants) {
    const places = readFileSync(path.join(root, file), 'utf8').split(find).length - 1
    assert.equal(places, 1, `\`${name}\`: ${file} holds it ${places} times`)
  }
})

test('every planted fault changes something, and has a name of its own', () => {
  assert.equal(new Set(plants.map(({ name }) => name)).size, plants.length)
  for (const { name, find, replace } of plants) assert.notEqual(find, replace, name)
  assert.ok(plants.length >= 30)
})
