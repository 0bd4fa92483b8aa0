import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { emptyFolder, newProject, type Project, root } from '../project-for-tests.ts'
import { say } from '../terminal-for-tests.ts'

const folder = emptyFolder()
const here = { cwd: folder }
const page = (name: string, text: string) => writeFileSync(path.join(folder, name), text)

let project: Project
before(async () => {
  project = await newProject()
})

test('check names file, line and column of what is wrong, with the nearest key, and exits with 3', async () => {
  page(
    'wrong.yaml',
    'charter: 1\nagent: { name: a, stage: auto }\ntools:\n  pay: { allowed: true, max_amout_usd: 5 }\n',
  )
  const { exit, out } = await say(here, 'check', 'wrong.yaml')
  assert.equal(exit, 3)
  assert.match(out, /wrong\.yaml:4:\d+ error unknown key `max_amout_usd`/)
  assert.match(out, /did you mean `max_amount_usd`\?/)
})

test('check of a page without tools says what it skipped', async () => {
  page('alone.yaml', 'charter: 1\nagent: { name: a, stage: auto }\ntools:\n  look: { allowed: true }\n')
  const { exit, out } = await say(here, 'check', 'alone.yaml')
  assert.equal(exit, 0)
  assert.match(out, /checked without the tools/)
  const [document] = JSON.parse((await say(here, 'check', 'alone.yaml', '--json')).out)
  assert.equal(document.tools, 'skipped')
  assert.equal(document.ok, true)
})

test('check of a project finds its pages and checks them against its tools', async () => {
  const { exit, out } = await project.charter('check')
  assert.equal(exit, 0, out)
  const [document] = await project.json<{ file: string; tools: string }[]>('check')
  assert.deepEqual([document?.file, document?.tools], ['support.charter.yaml', 'checked'])
})

test('check answers for every page, also when the first has an error', async () => {
  page('wrong2.yaml', 'charter: 1\nagents: {}\n')
  page('fine.yaml', 'charter: 1\nagent: { name: a, stage: auto }\n')
  const { exit, out } = await say(here, 'check', 'wrong2.yaml', 'fine.yaml', '--json')
  assert.equal(exit, 3)
  assert.deepEqual(
    JSON.parse(out).map(({ file, ok }: { file: string; ok: boolean }) => [file, ok]),
    [
      ['wrong2.yaml', false],
      ['fine.yaml', true],
    ],
  )
})

const fixtures = path.resolve(root, '../shared/fixtures')
const noFixtures = existsSync(fixtures) ? false : 'the public examples are not beside the project'

test('the two public examples load as they stand', { skip: noFixtures }, async () => {
  const files = ['agent-policy.yaml', 'refund-assistant.yaml'].map((name) => path.join(fixtures, name))
  const { exit, out } = await say(here, 'check', ...files, '--json')
  assert.equal(exit, 0)
  assert.deepEqual(
    JSON.parse(out).map(({ ok }: { ok: boolean }) => ok),
    [true, true],
  )
})

test('diff says of each change whether it widens or narrows, and exits with 0', async () => {
  page('one.yaml', 'charter: 1\nagent: { name: a, stage: auto, max_steps: 4 }\n')
  page('other.yaml', 'charter: 1\nagent: { name: a, stage: gated, max_steps: 9 }\n')
  const { exit, out } = await say(here, 'diff', 'one.yaml', 'other.yaml')
  assert.equal(exit, 0)
  assert.match(out, /^widens +`agent\.max_steps` goes from `4` to `9`/m)
  assert.match(out, /^narrows +`agent\.stage` goes from `auto` to `gated`/m)
  const changes = JSON.parse((await say(here, 'diff', 'one.yaml', 'other.yaml', '--json')).out)
  assert.deepEqual(
    changes.map(({ path: key, effect }: { path: string; effect: string }) => [key, effect]),
    [
      ['agent.stage', 'narrows'],
      ['agent.max_steps', 'widens'],
    ],
  )
})

test('print is for people and show for engineers, with hash and Cedar where the tools are known', async () => {
  const printed = await project.charter('print')
  assert.match(printed.out, /refund_order: at most 50\.00 USD a call/)
  const shown = await project.charter('show', 'support')
  assert.match(shown.out, /sha256:[0-9a-f]{64}/)
  assert.match(shown.out, /forbid/)
  const alone = await say(here, 'show', 'fine.yaml')
  assert.match(alone.out, /the tools are not known here/)
})

test('an agent of another name than any in the configuration is refused with the nearest', async () => {
  const { exit, err } = await project.charter('show', 'suport')
  assert.equal(exit, 10)
  assert.match(err, /did you mean `support`\?/)
})

test('schema is the JSON Schema that the package ships', async () => {
  const { out } = await say(here, 'schema', 'charter', '--draft', 'draft-07')
  assert.equal(JSON.parse(out).$schema, 'http://json-schema.org/draft-07/schema#')
})

test('tools are listed, shown and linted', async () => {
  const tools = await project.json<{ name: string; kind: string }[]>('tool', 'list')
  assert.deepEqual(
    tools.map(({ name, kind }) => [name, kind]),
    [
      ['get_order', 'read'],
      ['refund_order', 'write'],
    ],
  )
  assert.match((await project.charter('tool', 'show', 'refund_order')).out, /sent again under its key, for 1d/)
  const lint = await project.charter('tool', 'lint')
  assert.deepEqual([lint.exit, lint.out], [0, 'nothing found\n'])
  const unknown = await project.charter('tool', 'show', 'refund_ordr')
  assert.equal(unknown.exit, 10)
  assert.match(unknown.err, /did you mean `refund_order`\?/)
})

test('policy show prints the Cedar of a page', async () => {
  const { exit, out } = await project.charter('policy', 'show')
  assert.equal(exit, 0)
  assert.match(out, /refund_order\.max_amount_usd/)
  assert.match(out, /permit|forbid/)
})

test('print --trust answers a security review, as text, as one file of HTML or as a document', async () => {
  const project = await newProject()
  const { exit, out } = await project.charter('print', 'support', '--trust')
  assert.equal(exit, 0)
  assert.match(out, /No run has been started under it here\./)
  assert.match(out, /asks: above 25\.00 USD: 1 of support-leads within 4h/)
  await project.charter('run', 'start', '--input', '{"order": "o_1"}', '--key', 'trust')
  assert.match((await project.charter('print', '--trust')).out, /It is in force in dev since /)
  const html = await project.charter('print', '--trust', '--html')
  assert.match(html.out, /^<!doctype html>\n<html lang="en">/)
  const { sections } = await project.json<{ sections: { heading: string }[] }>('print', '--trust')
  assert.equal(sections.length, 7)
  assert.equal((await project.charter('print', '--html')).exit, 3)
})
