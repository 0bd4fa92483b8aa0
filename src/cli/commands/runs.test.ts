import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project, type RunDocument, root } from '../project-for-tests.ts'
import { say } from '../terminal-for-tests.ts'

const sam = ['--as', 'sam@example.com'] as const

let project: Project
before(async () => {
  project = await newProject()
  const file = path.join(project.folder, 'shop.json')
  const shop = JSON.parse(readFileSync(file, 'utf8'))
  shop.orders.o_4 = { ...shop.orders.o_2, customer: 'c_10' }
  project.write('shop.json', JSON.stringify(shop))
})

const start = (order: string, key: string, ...more: string[]) =>
  project.charter('run', 'start', '--input', JSON.stringify({ order }), '--key', key, ...more)

async function startJson(order: string, key: string): Promise<RunDocument> {
  return JSON.parse((await start(order, key, '--json')).out)
}

interface ShownRun {
  readonly charter: string
  readonly actions: readonly { readonly decisions: readonly { readonly rules: readonly ShownRule[] }[] }[]
}

interface ShownRule {
  readonly rule: string
  readonly page: unknown
  readonly charter: string
}

test('a run that is done exits with 0, its story on stderr and its answer on stdout', async () => {
  const { exit, out, err } = await start('o_1', 'done')
  assert.equal(exit, 0, err)
  assert.match(out, /^run_\w+ done · \$0\.\d+/)
  assert.match(out, /It is refunded\./)
  assert.match(err, /2\.1 refund_order .*12\.00 USD.* → allow by refund_order\.allowed · \$0\.\d+/)
  assert.match(err, /effect committed · 1 attempt · ck_/)
})

test('the same key starts one run', async () => {
  const first = await startJson('o_1', 'twice')
  const second = await startJson('o_1', 'twice')
  assert.equal(first.run, second.run)
})

test('a denied run exits with 8, and names the rule that refused', async () => {
  const { exit, err } = await start('o_3', 'denied')
  assert.equal(exit, 8)
  assert.match(err, /deny denied_by_policy by refund_order\.max_amount_usd/)
})

test('run show answers why: rule with the words of the page, facts, check and effect of every action', async () => {
  const { run } = await startJson('o_3', 'shown')
  const { exit, out } = await project.charter('run', 'show', run)
  assert.equal(exit, 0)
  assert.match(out, /2\.1 refund_order/)
  assert.match(out, /decision +deny denied_by_policy, stage gated/)
  assert.match(out, /rule +refund_order\.max_amount_usd: 50\.00/)
  assert.match(out, /facts +paid=80\.00 USD refunded=0\.00 USD/)
  const { charter, actions } = await project.json<ShownRun>('run', 'show', run)
  assert.deepEqual(actions[1]?.decisions[0]?.rules, [{ rule: 'refund_order.max_amount_usd', page: '50.00', charter }])
})

test('P5 where the page now in force refused what the run began with allowed, run show shows its words', async () => {
  const narrowing = await newProject()
  const begin = ['run', 'start', '--input', '{"order": "o_2"}', '--key', 'narrowed', '--json']
  const { run, approvals }: RunDocument = JSON.parse((await narrowing.charter(...begin)).out)
  const page = readFileSync(path.join(narrowing.folder, 'support.charter.yaml'), 'utf8')
  narrowing.write('support.charter.yaml', page.replace('max_amount_usd: 50', 'max_amount_usd: 30'))
  await narrowing.charter('apply', 'support', ...sam, '--yes')
  await narrowing.charter('approval', 'grant', approvals[0]?.id ?? '', ...sam, '--yes')
  assert.equal((await narrowing.charter('run', 'resume', run)).exit, 8)

  const { out } = await narrowing.charter('run', 'show', run)
  assert.match(out, /rule +refund_order\.max_amount_usd: 30\.00 \(of the page now in force\)/)
  const { charter, actions } = await narrowing.json<ShownRun>('run', 'show', run)
  const [asked, refused] = actions[1]?.decisions ?? []
  assert.match(
    (await narrowing.charter('policy', 'explain', run, '2.1')).out,
    /by the page now in force[\s\S]*refuses +refund_order\.max_amount_usd: refund_order moves at most 30\.00 USD/,
  )
  assert.equal(asked?.rules[0]?.charter, charter)
  assert.notEqual(refused?.rules[0]?.charter, charter)
})

test('policy explain asks again: without the rule the decision would have been another', async () => {
  const { run } = await startJson('o_3', 'explained')
  const { exit, out } = await project.charter('policy', 'explain', run, '2.1')
  assert.equal(exit, 0)
  assert.match(out, /refuses +refund_order\.max_amount_usd: refund_order moves at most 50\.00 USD/)
  assert.match(out, /lets pass +refund_order\.once: /)
})

test('a question waits with exit 9; a person sees it, signs it, and the run goes on to its end', async () => {
  const waiting = await start('o_2', 'asked', '--json')
  assert.equal(waiting.exit, 9)
  const { run, approvals }: RunDocument = JSON.parse(waiting.out)
  const id = approvals[0]?.id ?? assert.fail('no approval')
  assert.deepEqual(Object.keys(JSON.parse(waiting.out).approvals[0]), ['id', 'question', 'command', 'expires_at'])
  const listed = await project.json<{ approval: string; run: string }[]>('approval', 'list')
  assert.deepEqual(
    listed.map((row) => [row.approval, row.run]),
    [[id, run]],
  )
  const shown = await project.charter('approval', 'show', id)
  assert.match(shown.out, /amount=40\.00 USD/)

  const withoutYes = await project.charter('approval', 'grant', id, ...sam)
  assert.equal(withoutYes.exit, 3)
  assert.match(withoutYes.err, new RegExp(`charter approval grant ${id} --as sam@example.com --yes`))
  const stranger = await project.charter('approval', 'grant', id, '--as', 'eve@example.com', '--yes')
  assert.equal(stranger.exit, 4)
  const notAsked = await project.charter('approval', 'grant', id, '--as', 'ada@example.com', '--yes', '--json')
  assert.equal(notAsked.exit, 4)
  assert.equal(JSON.parse(notAsked.err).code, 'approver_not_allowed')
  const stale = await project.charter('approval', 'grant', id, ...sam, '--yes', '--digest', 'hmac-sha256:00', '--json')
  assert.equal(stale.exit, 10)
  assert.equal(JSON.parse(stale.err).code, 'approval_stale')

  const granted = await project.json<{ status: string; signatures: { by: string }[] }>(
    ...['approval', 'grant', id, ...sam, '--yes'],
  )
  assert.deepEqual([granted.status, granted.signatures[0]?.by], ['granted', 'sam@example.com'])
  const again = await project.charter('approval', 'grant', id, ...sam, '--yes', '--json')
  assert.equal(again.exit, 10)
  assert.equal(JSON.parse(again.err).code, 'approval_already_settled')

  const resumed = await project.charter('run', 'resume', run)
  assert.equal(resumed.exit, 0, resumed.err)
  assert.match(resumed.err, new RegExp(`approval ${id} granted by sam@example.com`))
  assert.match(resumed.err, /effect committed/)
})

test('a person at a terminal sees the question before they are asked whether they sign it', async () => {
  const { approvals } = await startJson('o_4', 'seen')
  const id = approvals[0]?.id ?? assert.fail('no approval')
  const refused = await say(
    { cwd: project.folder, isTTY: true, answers: ['n'] },
    ...['approval', 'grant', id, ...sam, '--no-color'],
  )
  assert.equal(refused.exit, 2)
  assert.match(refused.out, /refund_order \(high risk\)/)
})

test('a question that somebody denied or edited says who did, and why', async () => {
  const asked = async (key: string) => (await startJson('o_4', key)).approvals[0]?.id ?? assert.fail('no approval')
  const denied = await asked('a-no')
  await project.charter('approval', 'deny', denied, ...sam, '--reason', 'not broken at all')
  assert.match(
    (await project.charter('approval', 'show', denied)).out,
    /ended .* by sam@example\.com: "not broken at all"/,
  )

  const edited = await asked('an-edit')
  const more = JSON.stringify({ order: 'o_4', amount: '45.00', reason: 'arrived broken' })
  await project.charter('approval', 'edit', edited, ...sam, '--yes', '--arguments', more)
  const { out } = await project.charter('approval', 'show', edited)
  assert.match(out, /ended .* by sam@example\.com, who wrote .*45\.00/)
})

const fixture = path.resolve(root, '../shared/fixtures/trace-envelope.json')
const noFixture = existsSync(fixture) ? false : 'the public example is not beside the project'

test('run export has at least the fields of the public envelope, one line a run', { skip: noFixture }, async () => {
  const { run } = await startJson('o_1', 'done')
  const { exit, out } = await project.charter('run', 'export', run, '--format', 'jsonl')
  assert.equal(exit, 0)
  const [line = '', ...rest] = out.trimEnd().split('\n')
  assert.deepEqual(rest, [])
  const envelope = JSON.parse(line)
  const wanted = JSON.parse(readFileSync(fixture, 'utf8'))
  for (const [name, value] of Object.entries(wanted)) {
    assert.equal(typeof envelope[name], typeof value, `\`${name}\` is missing or of another type`)
  }
  assert.deepEqual(
    Object.keys(envelope).filter((name) => !(name in wanted)),
    ['meta'],
  )
  const refund = envelope.steps.find(({ name }: { name: string }) => name === 'refund_order')
  assert.equal(refund.type, 'tool')
  assert.equal(refund.args.amount, 12)
  assert.equal(refund.validation.status, 'pass')
  assert.match(refund.validation.idempotency_key, /^ck_/)
  assert.equal(envelope.outcome.status, 'approved_auto')
  assert.equal(envelope.outcome.refund, 're_1')
})

test('run export --all has a line for every run that run list has', async () => {
  const listed = await project.json<{ run: string }[]>('run', 'list')
  const { out } = await project.charter('run', 'export', '--all')
  const exported = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).run_id)
  assert.deepEqual(
    exported,
    listed.map(({ run }) => run),
  )
})

test('run list, run export --all and approval list keep to the environment that was asked for', async () => {
  const started = await start('o_4', 'staged', '--env', 'staging', '--json')
  const { run }: RunDocument = JSON.parse(started.out)
  const ids = async (...argv: string[]) => (await project.json<{ run: string }[]>(...argv)).map((row) => row.run)
  assert.ok(!(await ids('run', 'list')).includes(run))
  assert.deepEqual(await ids('run', 'list', '--env', 'staging'), [run])
  assert.deepEqual(await ids('approval', 'list', '--env', 'staging'), [run])
  assert.ok(!(await ids('approval', 'list')).includes(run))
  const exported = await project.charter('run', 'export', '--all', '--env', 'staging')
  assert.equal(JSON.parse(exported.out).run_id, run)
  const nowhere = await project.charter('run', 'list', '--env', 'production')
  assert.equal(nowhere.out, 'no runs in production\n')
})

test('a run that is not there exits with 10', async () => {
  const { exit, err } = await project.charter('run', 'show', 'run_nowhere')
  assert.equal(exit, 10)
  assert.match(err, /no run `run_nowhere`/)
})

test('arguments that are no JSON are refused with a quoted example', async () => {
  const { exit, err } = await project.charter('run', 'start', '--input', '{order: o_1}')
  assert.equal(exit, 3)
  assert.match(err, /`--input` is no JSON/)
})
