import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { readmeProgram } from './readme-program.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-readme-'))
process.once('exit', () => rmSync(folder, { recursive: true }))

function programIn(...lines: string[]) {
  const readme = path.join(folder, 'README.md')
  writeFileSync(readme, lines.join('\n'))
  return readmeProgram(readme)
}

test('the blocks between the markers are the files of the program, and the last program among them is run', () => {
  const page = ['```yaml billing.charter.yaml', 'charter: 1', '```']
  const code = ['```ts', 'await import("charter")', '```']
  const found = programIn('```sh', 'npm test', '```', '<!-- program -->', ...page, 'then', ...code, '<!-- /program -->')
  assert.deepEqual(found, {
    files: { 'billing.charter.yaml': 'charter: 1\n', 'program.ts': 'await import("charter")\n' },
    main: 'program.ts',
  })
})

test('a README without a marked program has none', () => {
  assert.equal(programIn('```ts', 'code()', '```'), undefined)
  assert.equal(readmeProgram(path.join(folder, 'missing.md')), undefined)
})
