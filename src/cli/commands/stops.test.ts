/** A project whose configuration is broken can still be stopped: these verbs never load it. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project, type RunDocument } from '../project-for-tests.ts'

const sam = ['--as', 'sam@example.com'] as const
const because = ['--reason', 'it looks wrong'] as const
const refunds = ['--scope', 'tool:refund_order'] as const

let project: Project
let approval: string
let grant: string

before(async () => {
  project = await newProject()
  const { out } = await project.charter('run', 'start', '--input', '{"order":"o_2"}', '--key', 'a', '--json')
  const run: RunDocument = JSON.parse(out)
  approval = run.approvals[0]?.id ?? assert.fail('no approval')
  const [row] = await project.json<{ grant: string }[]>('run', 'list')
  grant = row?.grant ?? assert.fail('no grant')
  // Under another of its names, because this process has loaded the first one already.
  rmSync(path.join(project.folder, 'charter.config.ts'))
  project.write('charter.config.js', `throw new Error('this project is broken')\n`)
})

test('the configuration is broken indeed', async () => {
  const { exit, err } = await project.charter('check')
  assert.equal(exit, 3)
  assert.match(err, /this project is broken/)
})

test('stop on is committed, then quiet, beside a configuration that throws', async () => {
  const { exit, out, err } = await project.charter('stop', 'on', ...refunds, '--level', 'observe', ...because, ...sam)
  assert.equal(exit, 0, err)
  assert.match(
    out,
    /^committed in \d+(\.\d+)?m?s: nothing new is dispatched for tool:refund_order \(observe\)\nquiet after/,
  )
  const stops = await project.json<{ scope: string; value: string; level: string; by: string }[]>('stop', 'list')
  assert.deepEqual(
    stops.map(({ scope, value, level, by }) => [scope, value, level, by]),
    [['tool', 'refund_order', 'observe', 'sam@example.com']],
  )
})

test('stop on --no-wait answers at committed, and --json has both acknowledgements', async () => {
  const now = await project.charter('stop', 'on', '--scope', 'risk:high', ...because, ...sam, '--no-wait')
  assert.equal(now.exit, 0)
  assert.doesNotMatch(now.out, /quiet/)
  const both = await project.json<{ committed_ms: number; quiet: { waited_ms: number } }>(
    ...['stop', 'on', '--scope', 'agent:support', ...because, ...sam],
  )
  assert.equal(typeof both.committed_ms, 'number')
  assert.equal(typeof both.quiet.waited_ms, 'number')
})

test('stop off lifts with --yes alone, and names the nearest stop that is in force', async () => {
  const unsure = await project.charter('stop', 'off', ...refunds, ...sam)
  assert.equal(unsure.exit, 3)
  assert.match(unsure.err, /--yes/)
  const wrong = await project.charter('stop', 'off', '--scope', 'tool:refund_orde', ...sam, '--yes')
  assert.equal(wrong.exit, 10)
  assert.match(wrong.err, /did you mean/)
  const { exit } = await project.charter('stop', 'off', ...refunds, ...sam, '--yes')
  assert.equal(exit, 0)
})

test('a stop without a reason, or by somebody unknown, is refused', async () => {
  const silent = await project.charter('stop', 'on', ...refunds, ...sam)
  assert.equal(silent.exit, 3)
  assert.match(silent.err, /`--reason` is missing/)
  assert.match(silent.err, /charter stop on --scope tool:refund_order --as sam@example\.com --reason "why"/)
  const stranger = await project.charter('stop', 'on', ...refunds, ...because, '--as', 'eve@example.com')
  assert.equal(stranger.exit, 4)
  const misspelt = await project.charter('stop', 'on', '--scope', 'tol:refund_order', ...because, ...sam)
  assert.equal(misspelt.exit, 3)
  assert.match(misspelt.err, /unknown scope `tol:refund_order`/)
})

test('approvals, grants, handoffs, effects, runs and the ledger are answered beside a configuration that throws', async () => {
  const listing = [
    ['approval', 'list'],
    ['approval', 'show', approval],
    ['handoff', 'list'],
    ['grant', 'inspect', grant],
    ['effect', 'list'],
    ['run', 'list'],
    ['ledger', 'verify'],
    ['ledger', 'show'],
  ]
  for (const argv of listing) {
    const { exit, err } = await project.charter(...argv)
    assert.equal(exit, 0, `${argv.join(' ')}: ${err}`)
  }
  const denied = await project.charter('approval', 'deny', approval, ...sam, ...because)
  assert.equal(denied.exit, 0, denied.err)
  const revoked = await project.charter('grant', 'revoke', grant, ...sam, ...because, '--yes')
  assert.equal(revoked.exit, 0, revoked.err)
  assert.match(revoked.out, /in force +no/)
})

test('a grant is issued, narrowed and never widened', async () => {
  const issued = await project.json<{ grant: string; uses: number }>(
    ...['grant', 'issue', '--agent', 'support', '--tool', 'get_order', '--uses', '3', '--for', '4h', ...sam],
  )
  assert.equal(issued.uses, 3)
  const narrowed = await project.json<{ uses: number; above: { grant: string }[] }>(
    ...['grant', 'narrow', issued.grant, '--uses', '1', ...sam],
  )
  assert.deepEqual([narrowed.uses, narrowed.above[0]?.grant], [1, issued.grant])
  const widened = await project.charter('grant', 'narrow', issued.grant, '--uses', '9', ...sam, '--json')
  assert.equal(widened.exit, 4)
  assert.equal(JSON.parse(widened.err).code, 'grant_widens')
})

test('in a folder without a ledger nothing is made, and the command says where it looked', async () => {
  const empty = await newProject()
  const { exit, err } = await empty.charter('stop', 'list')
  assert.equal(exit, 5)
  assert.match(err, /no ledger stands at/)
})

test('a stop on what nothing is called goes ahead, and says so beside it with the nearest name', async () => {
  const stop = (scope: string) => project.charter('stop', 'on', '--scope', scope, ...because, ...sam)
  const misspelt = await stop('tool:refund_oder')
  assert.equal(misspelt.exit, 0)
  assert.match(misspelt.out, /^committed in .* for tool:refund_oder/)
  assert.match(misspelt.err, /no agent that ran lately has a tool `refund_oder`: did you mean `refund_order`\?/)
  assert.match((await stop('agent:suport')).err, /is called `suport`: did you mean `support`\?/)
  assert.equal((await stop('tool:refund_order')).err, '')
})
