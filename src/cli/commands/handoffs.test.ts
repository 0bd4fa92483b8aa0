import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project } from '../project-for-tests.ts'

const sam = ['--as', 'sam@example.com'] as const
const ada = ['--as', 'ada@example.com'] as const

/** A project whose agent has used up its turns before it is done. */
async function projectThatEscalates(escalation: string): Promise<Project> {
  const project = await newProject()
  const page = readFileSync(path.join(project.folder, 'support.charter.yaml'), 'utf8')
  project.write(
    'support.charter.yaml',
    page
      .replace('max_steps: 6', 'max_steps: 2')
      .replace('on_budget_exceeded: handoff_to_human', `on_budget_exceeded: ${escalation}`),
  )
  return project
}

interface Handed {
  readonly run: string
  readonly status: string
  readonly handoff: string
}

const start = (project: Project, key: string) =>
  project.charter(
    ...['run', 'start', '--input', '{"order":"o_1"}', '--key', key, '--on-behalf-of', 'ada@example.com', '--json'],
  )

let project: Project
before(async () => {
  project = await projectThatEscalates('handoff_to_human')
})

test('a run that was handed over is claimed by its group alone, returned with more budget, and goes on', async () => {
  const started = await start(project, 'returned')
  assert.equal(started.exit, 9, started.err)
  const { run, status, handoff }: Handed = JSON.parse(started.out)
  assert.equal(status, 'handed_off')
  const listed = await project.json<{ handoff: string; group: string; reason: string }[]>('handoff', 'list')
  assert.deepEqual(
    listed.map((row) => [row.handoff, row.group, row.reason]),
    [[handoff, 'support-leads', 'budget_exceeded']],
  )
  assert.match((await project.charter('handoff', 'show', handoff)).out, /why +budget_exceeded/)

  const stranger = await project.charter('handoff', 'claim', handoff, ...ada, '--json')
  assert.equal(stranger.exit, 4)
  assert.equal(JSON.parse(stranger.err).code, 'approver_not_allowed')
  const unclaimed = await project.charter('handoff', 'return', handoff, ...sam)
  assert.equal(unclaimed.exit, 4)
  const claimed = await project.json<{ status: string; claimed_by: string }>('handoff', 'claim', handoff, ...sam)
  assert.deepEqual([claimed.status, claimed.claimed_by], ['claimed', 'sam@example.com'])

  const returned = await project.json<{ status: string; note: string; human_minutes: number }>(
    ...['handoff', 'return', handoff, ...sam, '--note', 'go on', '--turns', '3', '--cost', '0.25'],
  )
  assert.deepEqual([returned.status, returned.note], ['returned', 'go on'])
  assert.ok(returned.human_minutes >= 0)
  const stream = await project.json<{ body: { extends?: unknown } }[]>('ledger', 'show', `handoff/${handoff}`)
  assert.deepEqual(stream.at(-1)?.body.extends, { turns: 3, cost_micro_usd: 250_000 })
  const tooFine = await project.charter('handoff', 'return', handoff, ...sam, '--cost', '0.0000001')
  assert.match(tooFine.err, /`0\.0000001` is not an amount in dollars/)
  const resumed = await project.charter('run', 'resume', run)
  assert.equal(resumed.exit, 0, resumed.err)
  assert.match(resumed.err, /escalated: budget_exceeded .* → handoff_to_human/)
  const again = await project.charter('handoff', 'resolve', handoff, ...sam, '--json')
  assert.equal(again.exit, 10)
  assert.equal(JSON.parse(again.err).code, 'handoff_settled')
})

test('a handoff that people resolve ends the run with what they did', async () => {
  const { run, handoff }: Handed = JSON.parse((await start(project, 'resolved')).out)
  await project.charter('handoff', 'claim', handoff, ...sam)
  const resolved = await project.charter('handoff', 'resolve', handoff, ...sam, '--outcome', 'refunded by hand')
  assert.equal(resolved.exit, 0, resolved.err)
  assert.match(resolved.out, /outcome +"refunded by hand"/)
  await project.charter('run', 'resume', run)
  assert.match((await project.charter('run', 'show', run)).out, /handed_off/)
})

test('a run that asks the person it acts for is answered by them, and goes on', async () => {
  const asking = await projectThatEscalates('ask_requester')
  const started = await start(asking, 'asked')
  const { run }: Handed = JSON.parse(started.out)
  const other = await asking.charter('run', 'answer', run, 'the order is o_1', ...sam)
  assert.equal(other.exit, 4, other.out)
  const answered = await asking.charter('run', 'answer', run, 'the order is o_1', ...ada)
  assert.equal(answered.exit, 0, answered.err)
  assert.match(answered.out, /note +"the order is o_1"/)
  const nobody = await asking.charter('run', 'answer', 'run_nowhere', 'hello', ...ada)
  assert.equal(nobody.exit, 10)
})
