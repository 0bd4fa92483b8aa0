import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { verbs } from '../src/cli/verbs.ts'
import { errorCodes } from '../src/errors.ts'
import { endingsOf, verbsWithEndings } from './docs/exit-statuses.ts'
import { cliReference, cliReferenceFile } from './generate-cli-reference.ts'

const page = cliReference()

test('the reference of the command line is the one that the program makes', () => {
  const isInSync = readFileSync(cliReferenceFile, 'utf8') === page
  assert.ok(isInSync, 'run `node_modules/.bin/node scripts/generate-cli-reference.ts` and commit what it writes')
})

test('every verb has a heading that a link can point at, with what it takes and an example', () => {
  const headings = [...page.matchAll(/^### charter (.+)$/gm)].map(([, name]) => name)
  assert.deepEqual(headings.toSorted(), verbs.map(({ name }) => name).toSorted())
  for (const { name, options, examples } of verbs) {
    const [, entry = ''] = page.split(`### charter ${name}\n`)
    const own = entry.split('\n### ')[0] ?? ''
    for (const { flags } of Object.values(options)) {
      const [long = flags] = flags.split(/ (?=<)/)
      assert.ok(own.includes(`| \`${flags}\` |`) || own.includes(`\`${long}\``), `${name} ${flags}`)
    }
    for (const example of examples) assert.ok(own.includes(`charter ${example}`), example)
  }
})

test('of every verb it is said how it may end, and of no other', () => {
  assert.deepEqual(verbsWithEndings.toSorted(), verbs.map(({ name }) => name).toSorted())
  assert.deepEqual(
    endingsOf('stop off').map(({ status }) => status),
    [errorCodes.principal_unknown.exit, errorCodes.stop_not_found.exit],
  )
  assert.throws(() => endingsOf('stop everything'), /how `charter stop everything` may end/)
})
