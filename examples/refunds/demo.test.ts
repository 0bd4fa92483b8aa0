/** The demo as a user calls it: a process of its own, in a folder of its own. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { freshDatabase } from '../../test/postgres.ts'
import { commandLine } from './demo/command-line.ts'
import { demoTickets } from './demo/tickets.ts'
import { deskLog, freshHome, runDemo } from './demo-for-tests.ts'
import { reportAgrees } from './report-for-tests.ts'

/** Twice in a row: exit 0, new runs each time, and the desk's own log beside what was printed. */
async function worksTwice(t: TestContext, env: Readonly<Record<string, string>>): Promise<void> {
  const home = freshHome(t)
  const first = await showsEverything(home, env)
  const second = await showsEverything(home, env)
  assert.deepEqual(
    second.runs.filter(({ run }) => first.runs.some((known) => known.run === run)),
    [],
  )
  const keys = deskLog(home).commits.map(({ idempotency_key: key }) => key)
  assert.equal(new Set(keys).size, keys.length, 'a key was committed twice')
  await isInTheLists(home, env, [...first.runs, ...second.runs])
  await reportAgrees(home, env, [...first.runs, ...second.runs])
}

async function showsEverything(home: string, env: Readonly<Record<string, string>>) {
  const before = deskLog(home)
  const demo = await runDemo(home, env)
  assert.equal(demo.status, 0, demo.said)
  assert.match(demo.out, /^ledger verified: \d+ events in \d+ streams/m)
  assert.equal(demo.out.includes('\u001b'), false, 'a pipe gets no colours')
  assert.equal(demo.out.match(/^\d\/8 {2}ZD-\d+/gm)?.length, demoTickets.length)

  const after = deskLog(home)
  const commits = after.commits.slice(before.commits.length)
  const refunds = commits.filter(({ kind }) => kind === 'refund')
  assert.deepEqual(
    refunds.map(({ invoice, amount_minor: minor }) => [invoice?.slice(0, 7), minor]),
    [
      ['in_94A2', 2400],
      ['in_93K2', 4900],
      ['in_94C3', 800],
      ['in_94G4', 2200],
    ],
  )
  assert.deepEqual(
    commits.filter(({ idempotency_key: key }) => !demo.out.includes(String(key))),
    [],
    'each write of the desk stands in the story',
  )
  const torn = after.arrivals.filter(({ idempotency_key: key }) => key === refunds[2]?.idempotency_key)
  assert.equal(torn.length, 2, 'the refund whose answer was lost was sent again, under its key')
  return demo
}

/** What the demo said of its runs is what the command line says of them afterwards. */
async function isInTheLists(
  home: string,
  env: Readonly<Record<string, string>>,
  runs: readonly { run: string; status: string }[],
): Promise<void> {
  const charter = commandLine(home, env)
  const listed: { run: string; status: string }[] = JSON.parse(await charter('run', 'list', '--json'))
  assert.deepEqual(
    runs.map(({ run, status }) => ({ run, status })),
    runs.map(({ run }) => ({ run, status: listed.find((row) => row.run === run)?.status })),
  )
  const [one] = runs
  const shown = JSON.parse(await charter('run', 'show', one?.run ?? '', '--json'))
  assert.deepEqual(
    shown.actions.map(({ tool, decisions }: { tool: string; decisions: { rules: { rule: string }[] }[] }) => [
      tool,
      decisions.length,
    ]),
    [
      ['get_ticket', 1],
      ['get_invoice', 1],
      ['search_policy', 1],
      ['request_refund', 1],
      ['add_note', 1],
    ],
  )
  const exported = JSON.parse(await charter('run', 'export', one?.run ?? ''))
  const retrieved = exported.steps.find(({ type }: { type: string }) => type === 'retrieve')
  assert.ok(retrieved.docs.includes('doc_212'), 'the page on charges that were made twice')
}

test('the demo works eight tickets twice in a row, and the desk’s own log says the same as the ledger', (t) =>
  worksTwice(t, {}))

test('the demo does the same with its ledger on PostgreSQL', async (t) => {
  const { url, drop } = await freshDatabase()
  t.after(drop)
  await worksTwice(t, { CHARTER_DATABASE_URL: url })
})

test('the demo fails when the desk refunds twice, and says under which key', async (t) => {
  const home = freshHome(t)
  const { status, out } = await runDemo(home, { CHARTER_DEMO_DESK: '--ignore-keys' })
  assert.equal(status, 1)
  assert.match(out, /^ {2}wrong: the desk committed 2 times under ck_/m)
  assert.match(out, /1 duplicates/)
})
