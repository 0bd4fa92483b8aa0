/** What-if from the command line, in a project as `charter init` writes it. */
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
  const page = readFileSync(path.join(project.folder, 'support.charter.yaml'), 'utf8')
  const draft = page.replace(/require_approval_over_usd: \d+/, 'require_approval_over_usd: 1')
  assert.notEqual(draft, page)
  project.write('draft.charter.yaml', draft)
})

test('a draft that asks sooner: which decision flips, by which rule, and what it comes to', async () => {
  const { exit, out, err } = await project.charter('run', 'what-if', run, '--charter', 'draft.charter.yaml')
  assert.equal(exit, 0, err)
  assert.match(out, /^run_\w+ {2}1 decision flips of 2$/m)
  assert.match(out, /2\.1 refund_order: allow .* → ask 1 of [\w-]+ by refund_order\.require_approval_over_usd/)
  assert.match(out, /assumed: people say yes to what they were not asked then/)
  assert.match(out, /^1 run: 1 decision flips, \+1 signature asked for, -12\.00 USD moved unasked/m)
})

test('the page that was in force flips nothing', async () => {
  const [answer] = await project.json<{ decisions: { flips: boolean }[]; assumptions: string[] }[]>(
    'run',
    'what-if',
    run,
    '--charter',
    'support.charter.yaml',
  )
  assert.deepEqual([answer?.decisions.map(({ flips }) => flips), answer?.assumptions], [[false, false], []])
})

test('the page of another agent is refused, with what to do', async () => {
  const page = readFileSync(path.join(project.folder, 'support.charter.yaml'), 'utf8')
  project.write('other.charter.yaml', page.replace(/name: \S+/, 'name: another'))
  const { exit, err } = await project.charter('run', 'what-if', run, '--charter', 'other.charter.yaml')
  assert.equal(exit, 3)
  assert.match(err, /is of agent `\w+`, and `other\.charter\.yaml` is another's page/)
})

test('where content was erased it is known until there, and the deletion that took it is named', async () => {
  for (const erased of ['arguments', 'decision']) {
    const order = ['--class', erased, '--before', '2100-01-01', '--as', 'sam@example.com', '--yes']
    const { deletion } = await project.json<{ deletion: string }>('retention', 'run', ...order)
    const { exit, out, err } = await project.charter('run', 'what-if', run, '--charter', 'draft.charter.yaml')
    assert.equal(exit, 0, err)
    assert.match(
      out,
      new RegExp(`known until there: payload \\d+ .* is no longer kept: erased on order, .* \\(${deletion}\\)`),
    )
  }
})
