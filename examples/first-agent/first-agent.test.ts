/** The first program that a newcomer sees: what the README shows of it, and what it does, from question to refund. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { readmeProgram } from '../../test/readme-program.ts'

const root = path.resolve(import.meta.dirname, '../..')
const charter = path.join(root, 'bin', 'charter.js')

test('the README shows the files of this folder, as someone who installed the package writes them', () => {
  const { files = {} } = readmeProgram(path.join(root, 'README.md')) ?? {}
  assert.deepEqual(Object.keys(files), ['billing.charter.yaml', 'charter.groups.yaml', 'program.ts'])
  for (const [name, shown] of Object.entries(files)) {
    const source = readFileSync(path.join(import.meta.dirname, name), 'utf8')
    const installed = source
      .replace("'../../src/index.ts'", "'charter'")
      .replace("'../../src/testing.ts'", "'charter/testing'")
    assert.equal(shown, installed, name)
  }
})

/** Calls programs in a folder of their own that holds the page and the groups. */
function givenProject(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'first-agent-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const name of ['billing.charter.yaml', 'charter.groups.yaml'])
    cpSync(path.join(import.meta.dirname, name), path.join(folder, name))
  return async (program: string, ...words: string[]): Promise<{ status: number | null; out: string; err: string }> => {
    const child = spawn(process.execPath, [program, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { status, out, err }
  }
}

test('the program asks finance and ends; once somebody has signed, the same program carries the refund out', async (t) => {
  const call = givenProject(t)
  const program = path.join(import.meta.dirname, 'program.ts')
  const asked = await call(program)
  assert.equal(asked.status, 0, asked.err)
  const [, approval = ''] = /^charter approval grant (apr_\w+)/m.exec(asked.out) ?? []

  const own = await call(charter, 'approval', 'grant', approval, '--as', 'ada@acme.example', '--yes')
  assert.equal(own.status, 4, 'whoever asks does not approve')
  const granted = await call(charter, 'approval', 'grant', approval, '--as', 'fay@acme.example', '--yes')
  assert.equal(granted.status, 0, granted.err)
  const done = await call(program)
  assert.match(done.out, /^done The price of the broken lid was refunded\. \$0\.000\d+\n$/)

  const listed = JSON.parse((await call(charter, 'run', 'list', '--json')).out)
  assert.deepEqual(
    listed.map(({ start_key, status, effects }: Record<string, unknown>) => [start_key, status, effects]),
    [['ZD-188233', 'done', 1]],
  )
  const verified = await call(charter, 'ledger', 'verify')
  assert.match(verified.out, /^ledger verified: \d+ events in 5 streams/)
})
