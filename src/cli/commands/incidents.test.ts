import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project, type RunDocument } from '../project-for-tests.ts'

const ada = ['--as', 'ada@example.com'] as const
const why = ['--reason', 'it looks wrong', ...ada] as const

interface OpenedDocument {
  readonly incident: string
  readonly runs: readonly string[]
  readonly folder: string
  readonly files: readonly string[]
  readonly stop: string
}

let project: Project
let run: string
before(async () => {
  project = await newProject()
  const { out } = await project.charter('run', 'start', '--input', '{"order": "o_1"}', '--key', 'first', '--json')
  run = (JSON.parse(out) as RunDocument).run
})

const fileOf = (folder: string, name: string) => path.join(project.folder, folder, name)

test('incident open stops first, pins the runs, and writes a folder whose evidence can be checked by itself', async () => {
  const opened = await project.json<OpenedDocument>('incident', 'open', run, ...why)
  assert.deepEqual([opened.runs, opened.stop], [[run], 'dev:agent:support'])
  assert.deepEqual(opened.files, [
    'postmortem.md',
    'timeline.tsv',
    'evidence.jsonl',
    'ledger.pub',
    `runs/${run}.capsule`,
  ])
  assert.match(readFileSync(fileOf(opened.folder, 'postmortem.md'), 'utf8'), /ada@example\.com opened this incident/)
  assert.equal(statSync(fileOf(opened.folder, 'evidence.jsonl')).mode & 0o077, 0, 'others can read the evidence')
  const [evidence, key] = ['evidence.jsonl', 'ledger.pub'].map((name) => path.join(opened.folder, name))
  const verified = await project.charter('ledger', 'verify', evidence ?? '', '--key', key ?? '')
  assert.equal(verified.exit, 0, verified.out)

  const refused = await project.charter('run', 'start', '--input', '{"order": "o_3"}', '--key', 'after')
  assert.equal(refused.exit, 8)
  assert.match((await project.charter('incident', 'list')).out, new RegExp(`${opened.incident} +open +agent:support`))
  assert.match(
    (await project.charter('incident', 'show', opened.incident)).out,
    /stop +in force at observe[\s\S]*pinned +1 run/,
  )
})

test('what each run did stands in clear only where that was asked for', async () => {
  const [{ incident = '' } = {}] = await project.json<OpenedDocument[]>('incident', 'list')
  const again = await project.charter('incident', 'collect', incident, '--out', 'again', '--with-accounts', ...ada)
  assert.equal(again.exit, 0, again.err)
  assert.match(readFileSync(fileOf('again', `runs/${run}.txt`), 'utf8'), /order=o_1/)
  assert.ok(!existsSync(fileOf(path.join('incidents', incident), `runs/${run}.txt`)))
  const key = ['--key', path.join('again', 'ledger.pub'), '--json']
  const missing = async (folder: string) => {
    const { out } = await project.charter('run', 'replay', path.join(folder, `runs/${run}.capsule`), ...key)
    return (JSON.parse(out) as { verdict: string }[])[0]?.verdict
  }
  assert.deepEqual([await missing('again'), await missing(`incidents/${incident}`)], ['same', 'unverifiable'])
})

test('nothing of a pinned run is erased, by time, by order or with its subject, and it is said for which incident', async () => {
  const [{ incident = '' } = {}] = await project.json<OpenedDocument[]>('incident', 'list')
  const due = await project.charter('retention', 'run', '--before', '2100-01-01', ...ada, '--yes')
  assert.match(due.out, new RegExp(`held: run/${run} by ${incident}\n`))
  const erased = await project.charter('retention', 'erase', 'order:o_1', ...ada, '--yes')
  assert.equal(erased.exit, 6)
  assert.match(erased.out, new RegExp(`not erased: ${run}`))
  assert.match((await project.charter('run', 'show', run)).out, /order=o_1/)
})

test('a draft that people went on with is not written over', async () => {
  const [{ incident = '' } = {}] = await project.json<OpenedDocument[]>('incident', 'list')
  const draft = path.join('incidents', incident, 'postmortem.md')
  project.write(draft, 'what we found')
  const again = await project.charter('incident', 'collect', incident, ...ada)
  assert.equal(again.exit, 3)
  assert.match(again.err, /a folder of its own/)
  assert.equal(readFileSync(path.join(project.folder, draft), 'utf8'), 'what we found')
})

test('a closed incident releases its runs, is not closed twice, and leaves the stop to whoever lifts it', async () => {
  const [{ incident = '' } = {}] = await project.json<OpenedDocument[]>('incident', 'list')
  assert.equal((await project.charter('incident', 'close', incident, ...why)).exit, 3)
  assert.equal((await project.charter('incident', 'close', incident, ...why, '--yes')).exit, 0)
  assert.equal((await project.charter('incident', 'close', incident, ...why, '--yes')).exit, 10)
  assert.equal((await project.charter('incident', 'collect', incident, ...ada)).exit, 10)
  assert.match((await project.charter('incident', 'show', incident)).out, /stop +in force[\s\S]*pinned +released/)
})

test('runs that a closed incident has kept are erased once it has released them', async () => {
  const { incident } = await project.json<OpenedDocument>('incident', 'open', run, ...why, '--out', 'kept')
  assert.equal((await project.charter('incident', 'release', incident, ...why, '--yes')).exit, 3)
  await project.charter('incident', 'close', incident, ...why, '--keep-runs', '--yes')
  const sweep = ['retention', 'run', '--before', '2100-01-01', '--dry-run'] as const
  assert.match((await project.charter(...sweep)).out, new RegExp(`held: run/${run} by ${incident}\n`))
  assert.equal((await project.charter('incident', 'release', incident, ...why)).exit, 3)
  assert.equal((await project.charter('incident', 'release', incident, ...why, '--yes')).out, `released: ${incident}\n`)
  assert.doesNotMatch((await project.charter(...sweep)).out, /held/)
  assert.equal((await project.charter('incident', 'release', incident, ...why, '--yes')).exit, 10)
})

test('nobody whom the group file does not name opens an incident, and a run that is not there stops nothing', async () => {
  const eve = await project.charter('incident', 'open', run, '--reason', 'x', '--as', 'eve@example.com')
  assert.equal(eve.exit, 4)
  const near = await project.charter('incident', 'open', `${run.slice(0, -1)}!`, ...why)
  assert.equal(near.exit, 10)
  assert.match(near.err, new RegExp(`did you mean \`${run}\``))
})

test('where the files cannot be written the stop is in force all the same, and it is said what to do', async () => {
  await project.charter('stop', 'off', '--scope', 'agent:support', ...ada, '--yes')
  project.write('taken', 'a file')
  const failed = await project.charter('incident', 'open', run, ...why, '--out', 'taken')
  assert.equal(failed.exit, 3)
  assert.match(failed.err, /what was stopped stays stopped and the runs are pinned/)
  assert.match((await project.charter('stop', 'list')).out, /agent:support +observe/)
})
