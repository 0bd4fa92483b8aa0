import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { emptyFolder, newProject, projectIn, root } from '../project-for-tests.ts'

test('init writes a working starter, says what comes next, and its page and tools are in order', async () => {
  const folder = emptyFolder()
  const { exit, out } = await projectIn(folder).charter('init', 'my agent')
  assert.equal(exit, 0)
  assert.match(out, /next: cd 'my agent' && npm install && npx charter dev\n$/)
  const inside = path.join(folder, 'my agent')
  const manifest = JSON.parse(readFileSync(path.join(inside, 'package.json'), 'utf8'))
  assert.equal(manifest.name, 'my-agent')
  assert.equal(manifest.type, 'module')
  assert.ok(manifest.dependencies.charter.startsWith('file:'), 'a checkout is installed from where it stands')
  mkdirSync(path.join(inside, 'node_modules'))
  symlinkSync(path.join(root, 'node_modules', 'zod'), path.join(inside, 'node_modules', 'zod'))
  assert.equal((await projectIn(inside).charter('check')).exit, 0)
})

test('init writes over nothing, names what stands there, and leaves a package.json as it is', async () => {
  const folder = emptyFolder()
  writeFileSync(path.join(folder, 'tools.ts'), '// mine')
  const { exit, err } = await projectIn(folder).charter('init')
  assert.equal(exit, 3)
  assert.match(err, /holds `tools\.ts` already/)
  assert.deepEqual(readdirSync(folder), ['tools.ts'])

  const other = emptyFolder()
  writeFileSync(path.join(other, 'package.json'), '{"name":"mine"}')
  const beside = await projectIn(other).charter('init')
  assert.equal(beside.exit, 0)
  assert.match(beside.out, /next: npm install \S+ zod@\S+ && npx charter dev\n$/)
  assert.equal(readFileSync(path.join(other, 'package.json'), 'utf8'), '{"name":"mine"}')
})

test('doctor is silent and exits with 0 where all is in order', async () => {
  const project = await newProject()
  await project.charter('run', 'start', '--input', '{"order":"o_1"}')
  const { exit, out, err } = await project.charter('doctor')
  assert.deepEqual([exit, out, err], [0, '', ''])
})

test('doctor says every problem in one line and exits with 1', async () => {
  const project = await newProject()
  await project.charter('run', 'start', '--input', '{"order":"o_1"}')
  rmSync(path.join(project.folder, 'charter.groups.yaml'))
  const page = readFileSync(path.join(project.folder, 'support.charter.yaml'), 'utf8')
  project.write('support.charter.yaml', page.replace('max_amount_usd: 50', 'max_amount_usd: 60'))
  const { exit, out, err } = await project.charter('doctor')
  assert.equal(exit, 1)
  assert.equal(out, '')
  const lines = err.trimEnd().split('\n')
  assert.equal(lines.length, 2, err)
  assert.match(lines.join('\n'), /^pages: the page of `support` is not the one in force \(charter apply .*\)$/m)
  assert.match(lines.join('\n'), /^groups: no group file can be read at .*charter\.groups\.yaml/m)
})

test('doctor finds a ledger of a newer version, a key file that others can read, and a configuration that throws', async () => {
  const project = await newProject()
  await project.charter('run', 'start', '--input', '{"order":"o_1"}')
  const database = new DatabaseSync(path.join(project.folder, '.charter', 'ledger.db'))
  database.exec(`UPDATE meta SET value = '99' WHERE name = 'schema'`)
  database.close()
  chmodSync(path.join(project.folder, '.charter', 'keyring.db'), 0o644)
  rmSync(path.join(project.folder, 'charter.config.ts'))
  project.write('charter.config.js', `throw new Error('broken')`)
  const problems = await project.json<{ check: string; message: string }[]>('doctor')
  assert.deepEqual(problems.map(({ check }) => check).sort(), ['config', 'keyring', 'ledger'])
  assert.match(problems.find(({ check }) => check === 'ledger')?.message ?? '', /has schema 99, and this Charter knows/)
})

test('apply puts a page in force once it is confirmed, and says what it widens', async () => {
  const project = await newProject()
  await project.charter('run', 'start', '--input', '{"order":"o_1"}')
  const page = readFileSync(path.join(project.folder, 'support.charter.yaml'), 'utf8')
  project.write('support.charter.yaml', page.replace('max_amount_usd: 50', 'max_amount_usd: 90'))
  const by = ['--as', 'sam@example.com'] as const
  const note = await project.charter('run', 'start', '--input', '{"order":"o_3"}')
  assert.equal(note.exit, 8)
  assert.match(note.err, /is not the one in force: apply it with charter apply/)
  assert.equal((await project.charter('apply', 'support.charter.yaml', ...by)).exit, 3)
  const applied = await project.json<{ changed: boolean; changes: { path: string; effect: string }[] }>(
    ...['apply', 'support.charter.yaml', ...by, '--yes'],
  )
  assert.equal(applied.changed, true)
  assert.deepEqual(
    applied.changes.map(({ path: key, effect }) => [key, effect]),
    [['tools.refund_order.max_amount_usd', 'widens']],
  )
  assert.equal((await project.charter('run', 'start', '--input', '{"order":"o_3"}')).exit, 9)
  project.write('support.charter.yaml', page.replace('tools:', 'tols:'))
  assert.equal((await project.charter('apply', 'support.charter.yaml', ...by, '--yes')).exit, 3)
})
