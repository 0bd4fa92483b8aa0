import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, test } from 'node:test'
import { newProject, type Project } from '../project-for-tests.ts'
import { say } from '../terminal-for-tests.ts'

let project: Project
before(async () => {
  project = await newProject()
  for (const order of ['o_1', 'o_2', 'o_3']) {
    await project.charter('run', 'start', '--input', JSON.stringify({ order }), '--key', order)
  }
})

const file = (name: string) => path.join(project.folder, name)

test('ledger show lists events of all streams, or of one', async () => {
  const all = await project.json<{ type: string; stream: string }[]>('ledger', 'show')
  assert.equal(all[0]?.type, 'charter.applied')
  const stream = all.find(({ type }) => type === 'run.started')?.stream ?? ''
  const own = await project.json<{ stream: string; seq: number }[]>('ledger', 'show', stream)
  assert.ok(own.length > 3)
  assert.ok(own.every((event) => event.stream === stream))
  const nobodys = await project.charter('ledger', 'show', 'run/run_none')
  assert.deepEqual([nobodys.exit, nobodys.err.includes('stream_not_found')], [10, true])
  const later = await project.json<{ seq: number }[]>('ledger', 'show', stream, '--after', '2', '--most', '1')
  assert.deepEqual(
    later.map(({ seq }) => seq),
    [3],
  )
})

test('what the ledger says as JSON has the names of an export, in snake_case', async () => {
  for (const argv of [['show'], ['verify'], ['key'], ['rebuild']]) {
    const { out } = await project.charter('ledger', ...argv, '--json')
    assert.deepEqual(out.match(/"[a-z]+[A-Z]\w*":/g), null)
  }
})

test('ledger verify holds for this ledger', async () => {
  const { exit, out } = await project.charter('ledger', 'verify')
  assert.equal(exit, 0)
  assert.match(out, /^ledger verified: \d+ events in \d+ streams, up to checkpoint \d+/)
})

test('an export is verified offline with the public key; one changed byte is named with its event, and exits with 6', async () => {
  const key = await project.charter('ledger', 'key')
  writeFileSync(file('key.pub'), key.out)
  const exported = await project.charter('ledger', 'export', '--out', 'ledger.jsonl')
  assert.equal(exported.exit, 0, exported.err)
  const elsewhere = { cwd: path.parse(project.folder).root }
  const verify = (name: string) => say(elsewhere, 'ledger', 'verify', file(name), '--key', file('key.pub'), '--json')
  const good = await verify('ledger.jsonl')
  assert.equal(good.exit, 0, good.out)
  assert.equal(JSON.parse(good.out).ok, true)

  const text = readFileSync(file('ledger.jsonl'), 'utf8')
  const at = text.indexOf('"run.started"')
  writeFileSync(file('changed.jsonl'), `${text.slice(0, at)}"run.startet"${text.slice(at + '"run.started"'.length)}`)
  const changed = await verify('changed.jsonl')
  assert.equal(changed.exit, 6)
  const { problems } = JSON.parse(changed.out)
  assert.match(problems[0].stream, /^run\//)
  assert.equal(problems[0].seq, 1)

  writeFileSync(file('cut.jsonl'), text.split('\n').slice(0, -6).join('\n'))
  const cut = await verify('cut.jsonl')
  assert.equal(cut.exit, 6)
})

test('an export goes to stdout as it stands, so that it can be piped', async () => {
  const { exit, out } = await project.charter('ledger', 'export')
  assert.equal(exit, 0)
  assert.match(out, /^\{"header":/)
})

test('an export without a key, where no project stands, is refused with the invocation that would do', async () => {
  const { exit, err } = await say({ cwd: path.parse(project.folder).root }, 'ledger', 'verify', file('ledger.jsonl'))
  assert.equal(exit, 3)
  assert.match(err, /charter ledger verify .*ledger\.jsonl --key ledger\.pub/)
})

test('ledger rebuild finds every list the same, names a row that was changed behind its back, and puts it right', async () => {
  const same = await project.charter('ledger', 'rebuild')
  assert.equal(same.exit, 0)
  assert.match(same.out, /every list is what the events say/)
  const database = new DatabaseSync(file('.charter/ledger.db'))
  database.exec(`UPDATE runs SET status = 'failed' WHERE start_key = 'o_1'`)
  database.close()
  const differs = await project.charter('ledger', 'rebuild', '--json')
  assert.equal(differs.exit, 6)
  const runs = JSON.parse(differs.out).tables.find(({ table }: { table: string }) => table === 'runs')
  assert.equal(runs.differing, 1)
  assert.equal(runs.differences[0].found.status, 'failed')
  assert.equal((await project.charter('ledger', 'rebuild', '--repair')).exit, 0)
  assert.equal((await project.charter('ledger', 'rebuild')).exit, 0)
})
