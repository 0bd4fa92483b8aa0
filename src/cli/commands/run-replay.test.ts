/** Replaying from the command line, in a project as `charter init` writes it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project, type RunDocument } from '../project-for-tests.ts'

let project: Project
let run: string
before(async () => {
  project = await newProject()
  const { out, err } = await project.charter('run', 'start', '--input', '{"order": "o_1"}', '--key', 'one', '--json')
  assert.notEqual(out, '', err)
  run = (JSON.parse(out) as RunDocument).run
})

test('a run that comes out as it stands in the ledger is the same, and exits with 0', async () => {
  const { exit, out, err } = await project.charter('run', 'replay', run)
  assert.equal(exit, 0, err)
  assert.match(out, new RegExp(`^${run} {2}same: \\d+ events, \\d decisions? made again$`, 'm'))
  assert.match(out, /^1 run replayed: 1 same, 0 different, 0 unverifiable$/m)
})

test('every run at once, and as JSON', async () => {
  const [replayed, ...others] = await project.json<{ run: string; verdict: string }[]>('run', 'replay', '--all')
  assert.deepEqual([replayed?.run, replayed?.verdict, others.length], [run, 'same', 0])
})

test('with a tool that is another today, the place, what was recorded and what comes out are named; it exits with 6', async () => {
  const written = (name: string) => readFileSync(path.join(project.folder, name), 'utf8')
  project.write('tools-now.ts', written('tools.ts').replace(/description: '/, "description: 'Now: "))
  project.write('now.config.ts', written('charter.config.ts').replace('./tools.ts', './tools-now.ts'))
  const { exit, out } = await project.charter('run', 'replay', run, '--config', 'now.config.ts')
  assert.equal(exit, 6)
  assert.match(out, /different at event 1 of `run\/run_\w+`, run\.started `release\.parts\.tools`/)
  assert.match(out, /recorded {2}"sha256:[0-9a-f]+"\n {2}replayed {2}"sha256:/)
})

test('personal data is taken out of the values that differ, and shown to somebody of the group file who asks for it', async () => {
  const text = readFileSync(path.join(project.folder, 'tools.ts'), 'utf8')
  const otherOrder = "z.string().overwrite((order) => order + ' of ada@acme.example')"
  project.write('tools-mail.ts', text.replace('orderId = z.string()', `orderId = ${otherOrder}`))
  const config = readFileSync(path.join(project.folder, 'charter.config.ts'), 'utf8')
  project.write('mail.config.ts', config.replace('./tools.ts', './tools-mail.ts'))
  const replay = (...more: readonly string[]) =>
    project.charter('run', 'replay', run, '--config', 'mail.config.ts', ...more)
  const { exit, out, err } = await replay()
  assert.deepEqual([exit, /replayed {2}.*\[redacted: email\]/.test(out), out.includes('ada@')], [6, true, false], err)
  assert.doesNotMatch((await replay('--json')).out, /ada@acme/)
  assert.match((await replay('--reveal', '--as', 'sam@example.com')).out, /replayed {2}.*of ada@acme\.example/)
  assert.equal((await replay('--reveal')).exit, 3)
})

test('a run that is not there, and none at all, are said as such', async () => {
  const none = await project.charter('run', 'replay')
  assert.deepEqual([none.exit, /`runs` is missing/.test(none.err)], [3, true])
  const unknown = await project.charter('run', 'replay', 'run_01J')
  assert.deepEqual([unknown.exit, /no run `run_01J`/.test(unknown.err)], [10, true])
})

test('L8 a run whose content was erased is unverifiable, by which deletion, and exits with 6', async () => {
  const erased = [
    'retention',
    'run',
    '--class',
    'decision',
    '--before',
    '2100-01-01',
    '--as',
    'sam@example.com',
    '--yes',
  ]
  const { deletion } = await project.json<{ deletion: string }>(...erased)
  const { exit, out } = await project.charter('run', 'replay', run)
  assert.equal(exit, 6)
  assert.match(out, new RegExp(`class \`decision\`, erased on order, .* by sam@example\\.com \\(${deletion}\\)`))
  const [replayed] = await project.json<{ verdict: string; deletions: string[] }[]>('run', 'replay', run)
  assert.deepEqual([replayed?.verdict, new Set(replayed?.deletions)], ['unverifiable', new Set([deletion])])
})
