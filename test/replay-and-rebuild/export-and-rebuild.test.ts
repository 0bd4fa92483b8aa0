/** What a stranger can check: an export, with one byte of it changed, and the lists of a ledger, with one row of them changed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import { call, type RefundHouse, refund, refundHouse, say } from '../refund-house.ts'

const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

/** A house in which a refund was made and a note refused, closed by its engine, and the command line beside it. */
async function workedHouse(t: TestContext, database: 'file' | 'postgres') {
  const house = await refundHouse({ database, replays: false })
  t.after(() => house[Symbol.asyncDispose]())
  await house.play([refund('in_1'), call('add_note', { ticket: 't_9', body: 'nobody' }), say('done')])
  await house.runtime.close()
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-auditor-'))
  t.after(() => rmSync(folder, { recursive: true }))
  symlinkSync(path.dirname(house.keyringPlace), path.join(folder, '.charter'))
  const env = { ...process.env, NO_COLOR: '1', CHARTER_DATABASE_URL: house.ledgerPlace }
  const charter = (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd: folder, env, encoding: 'utf8' })
  return { house, charter, file: (name: string) => path.join(folder, name) }
}

for (const database of ['file', 'postgres'] as const) {
  test(`L5 of an export of ${database} with one changed byte, \`charter ledger verify\` names the event`, async (t) => {
    const { charter, file } = await workedHouse(t, database)
    writeFileSync(file('ledger.pub'), charter('ledger', 'key').stdout)
    assert.equal(charter('ledger', 'export', '--out', 'ledger.jsonl').status, 0)
    const verify = () => charter('ledger', 'verify', 'ledger.jsonl', '--key', 'ledger.pub', '--json')
    assert.equal(verify().status, 0)

    const text = readFileSync(file('ledger.jsonl'), 'utf8')
    const at = text.indexOf('"attempt":1', text.indexOf('"effect.dispatched"') - 400) + '"attempt":'.length
    writeFileSync(file('ledger.jsonl'), `${text.slice(0, at)}2${text.slice(at + 1)}`)
    const { status, stdout } = verify()

    const line = text.slice(0, at).split('\n').length
    const { stream, seq } = JSON.parse(text.split('\n')[line - 1] ?? '').event
    const [problem] = JSON.parse(stdout).problems
    assert.equal(status, 6)
    assert.deepEqual([problem.line, problem.stream, problem.seq], [line, stream, seq])
  })

  test(`L1 \`charter ledger rebuild\` on ${database} finds every list the same, names the row that was changed, and puts it right`, async (t) => {
    const { house, charter } = await workedHouse(t, database)
    assert.equal(charter('ledger', 'rebuild').status, 0)

    await rewrite(house, `UPDATE effects SET status = 'unknown' WHERE status = 'committed'`)
    const differing = charter('ledger', 'rebuild', '--json')
    assert.equal(differing.status, 6)
    const { same, tables } = JSON.parse(differing.stdout)
    const wrong = tables.filter((table: { same: boolean }) => !table.same)
    assert.deepEqual([same, wrong.length, wrong[0].table, wrong[0].differing], [false, 1, 'effects', 1])
    const [{ found, expected }] = wrong[0].differences
    assert.deepEqual([found.status, expected.status], ['unknown', 'committed'])

    assert.equal(charter('ledger', 'rebuild', '--repair').status, 0)
    assert.equal(charter('ledger', 'rebuild').status, 0)
  })
}

/** Behind the ledger's back. */
async function rewrite({ ledgerPlace }: RefundHouse, sql: string): Promise<void> {
  if (!ledgerPlace.startsWith('postgres')) {
    using database = new DatabaseSync(ledgerPlace)
    return database.exec(sql)
  }
  const client = new pg.Client({ connectionString: ledgerPlace })
  await client.connect()
  await client.query(sql)
  await client.end()
}
