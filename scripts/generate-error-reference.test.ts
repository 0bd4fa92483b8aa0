import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorCodes } from '../src/errors.ts'
import { errorReference, errorReferenceFile } from './generate-error-reference.ts'

test('the reference of errors is the one that the registry makes', () => {
  const isInSync = readFileSync(errorReferenceFile, 'utf8') === errorReference()
  assert.ok(isInSync, 'run `node_modules/.bin/node scripts/generate-error-reference.ts` and commit what it writes')
})

test('every code has a heading that a link can point at, and no other heading is a code', () => {
  const headings = [...errorReference().matchAll(/^### (.+)$/gm)].map(([, heading]) => heading)
  assert.deepEqual(headings, Object.keys(errorCodes))
  for (const code of Object.keys(errorCodes)) assert.match(code, /^[a-z][a-z_]*[a-z]$/)
})

test('every exit status is explained, and what a code means is a sentence', () => {
  assert.doesNotMatch(errorReference(), /undefined/)
  for (const [code, { about }] of Object.entries(errorCodes)) assert.match(about, /^[A-Z].*[^.]\.$/, code)
})
