/** What is handed over on the command line: written in a project, opened in an empty folder with nothing but the key. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { emptyFolder, newProject, type Project, projectIn, type RunDocument } from '../project-for-tests.ts'

let project: Project
let reader: Project
let run: string
before(async () => {
  project = await newProject()
  await project.charter('run', 'start', '--input', '{"order":"o_1"}', '--key', 'o_1')
  const [started] = await project.json<RunDocument[]>('run', 'list')
  run = started?.run ?? ''
  reader = projectIn(emptyFolder())
  reader.write('ledger.pub', (await project.charter('ledger', 'key')).out)
})

async function handOver(name: string, ...argv: string[]): Promise<string> {
  const { exit, err } = await project.charter(...argv, '--out', name)
  assert.equal(exit, 0, err)
  copyFileSync(path.join(project.folder, name), path.join(reader.folder, name))
  return path.join(reader.folder, name)
}

const withKey = ['--key', 'ledger.pub']

test('a capsule opens in an empty folder: it says what it is, shows the run, and replays it', async () => {
  await handOver('run.capsule', 'run', 'export', run, '--capsule')
  const imported = await reader.charter('run', 'import', 'run.capsule', ...withKey)
  assert.equal(imported.exit, 0, imported.err)
  assert.match(imported.out, new RegExp(`^capsule verified: ${run} of ledger ldg_`))
  const said = await reader.json<{ ok: boolean; run: string; withheld: string[] }>(
    'run',
    'import',
    'run.capsule',
    ...withKey,
  )
  assert.deepEqual([said.ok, said.run, said.withheld], [true, run, []])
  const shown = await reader.charter('run', 'show', 'run.capsule', ...withKey)
  assert.equal(shown.out, (await project.charter('run', 'show', run)).out)
  const replayed = await reader.charter('run', 'replay', 'run.capsule', ...withKey)
  assert.equal(replayed.exit, 0)
  assert.match(replayed.out, / {2}same: \d+ events, 2 decisions made again\n {2}without the tools:/)
})

test('where the project is, a capsule is replayed with its tools, unless that is not wanted', async () => {
  await handOver('own.capsule', 'run', 'export', run, '--capsule')
  assert.doesNotMatch((await project.charter('run', 'replay', 'own.capsule')).out, /without the tools/)
  const tools = async (...argv: string[]) =>
    (await project.json<{ tools: string; verdict: string }[]>('run', 'replay', 'own.capsule', ...argv))[0]
  assert.deepEqual([(await tools())?.verdict, (await tools())?.tools], ['same', 'project'])
  assert.equal((await tools('--as-recorded'))?.tools, 'as_recorded')
})

test('a capsule with one changed byte, or checked with another key, exits with 6 and shows nothing', async () => {
  const file = await handOver('changed.capsule', 'run', 'export', run, '--capsule')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"run.started"', '"run.startet"'))
  for (const verb of ['import', 'show', 'replay']) {
    const { exit, out } = await reader.charter('run', verb, 'changed.capsule', ...withKey)
    assert.equal(exit, 6, verb)
    assert.doesNotMatch(out, /order/)
  }
  assert.equal((await reader.charter('ledger', 'verify', 'changed.capsule', ...withKey)).exit, 6)
  const { publicKey } = generateKeyPairSync('ed25519')
  reader.write('other.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const { exit, out } = await reader.charter('run', 'import', 'run.capsule', '--key', 'other.pub')
  assert.equal(exit, 6)
  assert.match(out, /signed with another key/)
})

test('what was withheld is said, and the replay says that it cannot tell', async () => {
  await handOver('less.capsule', 'run', 'export', run, '--capsule', '--without', 'decision', '--without', 'result')
  assert.match((await reader.charter('run', 'import', 'less.capsule', ...withKey)).out, /withheld {2}decision, result/)
  const { exit, out } = await reader.charter('run', 'replay', 'less.capsule', ...withKey)
  assert.equal(exit, 6)
  assert.match(
    out,
    / unverifiable: content of `run\/\S+` is not there\n {2}payload \d+, class `\w+`, withheld from the capsule/,
  )
})

test('without a key, or with a file that is no capsule, the invocation that would do is named', async () => {
  const keyless = await reader.charter('run', 'import', 'run.capsule')
  assert.equal(keyless.exit, 3)
  assert.match(keyless.err, /charter run import run\.capsule --key ledger\.pub/)
  const wrong = await reader.charter('run', 'import', 'ledger.pub', ...withKey)
  assert.equal(wrong.exit, 3)
  assert.match(wrong.err, /run export RUN --capsule/)
  assert.equal((await project.charter('run', 'export', '--all', '--capsule')).exit, 3)
})

test('evidence of a write is told to people, and as JSON or a page is checked in an empty folder', async () => {
  const effect = `${run}:2.1`
  const told = await project.charter('ledger', 'evidence', effect)
  assert.match(told.out, /^What was done\n {2}effect .*:2\.1\n/)
  assert.match(told.out, / {2}rule +refund_order\.allowed: true, on page sha256:/)
  await handOver('evidence.html', 'ledger', 'evidence', effect, '--html')
  await handOver('evidence.json', 'ledger', 'evidence', effect)
  assert.equal((await project.charter('ledger', 'evidence', effect, '--json')).out.slice(0, 12), '{"evidence":')
  for (const name of ['evidence.html', 'evidence.json']) {
    const { exit, out } = await reader.charter('ledger', 'verify', name, ...withKey)
    assert.equal(exit, 0, out)
    assert.equal((await reader.charter('ledger', 'evidence', name, ...withKey)).out, told.out)
    const file = path.join(reader.folder, name)
    writeFileSync(file, readFileSync(file, 'utf8').replace('arrived broken', 'arrived brokem'))
    assert.equal((await reader.charter('ledger', 'verify', name, ...withKey)).exit, 6)
    const changed = await reader.charter('ledger', 'evidence', name, ...withKey)
    assert.deepEqual([changed.exit, changed.out], [6, ''])
  }
  const unknown = await project.charter('ledger', 'evidence', 'run_none:1.1')
  assert.equal(unknown.exit, 10)
})

test('a file that cannot be written is an error of what was typed, of a capsule, evidence and an export alike', async () => {
  for (const verb of [
    ['run', 'export', run, '--capsule'],
    ['ledger', 'evidence', `${run}:2.1`],
    ['ledger', 'export'],
  ]) {
    const { exit, err } = await project.charter(...verb, '--out', 'nowhere/out.file')
    assert.equal(exit, 3, err)
    assert.match(err, /`nowhere\/out\.file` cannot be written: its folder is not there\n +name a file in a folder/)
  }
  assert.match((await project.charter('ledger', 'export', '--out', '.')).err, /`\.` cannot be written: it is a folder/)
})

test('evidence on the screen refuses a misspelt class as a file does', async () => {
  const { exit, err } = await project.charter('ledger', 'evidence', `${run}:2.1`, '--without', 'promt')
  assert.equal(exit, 3)
  assert.match(err, /did you mean `prompt`\?/)
  assert.equal((await project.charter('ledger', 'verify', '.')).exit, 3)
})

test('an effect that is not there names the nearest of its run', async () => {
  for (const named of [`${run}:2.9`, run]) {
    const { exit, err } = await project.charter('ledger', 'evidence', named)
    assert.equal(exit, 10)
    assert.match(err, new RegExp(`did you mean \`${run}:2\\.1\``))
  }
})

test('a file that is not there is said to be missing, and not to be something else', async () => {
  for (const argv of [
    ['run', 'import', 'none.capsule', ...withKey],
    ['ledger', 'verify', 'none.capsule', ...withKey],
    ['ledger', 'verify', 'ledger.pub', '--key', 'none.capsule'],
  ]) {
    const { exit, err } = await reader.charter(...argv)
    assert.equal(exit, 3)
    assert.match(err, /no file stands at `none\.capsule`/)
  }
})
