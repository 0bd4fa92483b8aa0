import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project } from '../project-for-tests.ts'

let project: Project
before(async () => {
  project = await newProject()
  await project.charter('tool', 'call', 'get_order', '--input', '{"order": "o_1"}')
})

test('tool call --dry-run judges and previews and sends nothing; a call is a run like any other', async () => {
  const before = readFileSync(path.join(project.folder, 'shop.json'), 'utf8')
  const runs = await project.json<{ run: string }[]>('run', 'list')
  const input = JSON.stringify({ order: 'o_3', amount: '20.00', reason: 'late' })
  const dry = await project.charter('tool', 'call', 'refund_order', '--input', input, '--dry-run', '--json')
  assert.equal(dry.exit, 0, dry.err)
  assert.equal(JSON.parse(dry.out).result.dry_run, true)
  assert.equal(readFileSync(path.join(project.folder, 'shop.json'), 'utf8'), before)

  assert.deepEqual(await project.json('run', 'list'), runs)

  const over = JSON.stringify({ order: 'o_3', amount: '60.00', reason: 'late' })
  const denied = await project.charter('tool', 'call', 'refund_order', '--input', over, '--json')
  assert.equal(denied.exit, 8)
  assert.equal(JSON.parse(denied.out).result.error.code, 'denied_by_policy')
  const read = await project.charter('tool', 'call', 'get_order', '--input', '{"order": "o_3"}', '--json')
  assert.equal(read.exit, 0)
  assert.equal(JSON.parse(read.out).result.customer, 'c_9')
})

test('a tool call ends as the call did: unreadable arguments with 3, one that waits with 9 and how to answer', async () => {
  const unread = await project.charter('tool', 'call', 'get_order', '--input', '{"order": 3}', '--json')
  assert.equal(unread.exit, 3)
  assert.equal(JSON.parse(unread.out).result.error.code, 'arguments_invalid')
  const input = JSON.stringify({ order: 'o_2', amount: '40.00', reason: 'arrived broken' })
  const waiting = await project.charter('tool', 'call', 'refund_order', '--input', input)
  assert.equal(waiting.exit, 9, waiting.out)
  assert.match(waiting.out, /may refund_order go ahead with .*\n {2}charter approval grant apr_\w+ --as YOU --yes\n$/)
})
