/** A ledger that cannot be used here: somebody has it, a newer program wrote it, or nobody may write it. It is left as it is. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import { freshDatabase } from '../postgres.ts'
import { makeReadOnly, needsRoot } from './mounted.ts'
import { ended, firstWords, freshProject, leavingTheLedgerAsItWas, type Project, type Said } from './project.ts'
import { smallRun } from './turns.ts'

const nobody = 65534
const startRun = ['run', 'start', '--input', '"ZD-188233"', '--on-behalf-of', 'ada@acme.example', '--json']
const stopAll = ['stop', 'on', '--scope', 'everything', '--reason', 'drill', '--as', 'ada@acme.example', '--json']

async function workedProject(t: TestContext): Promise<Project> {
  const project = await freshProject(t, { turns: smallRun })
  const worked = await project.charter(...startRun)
  assert.equal(worked.exit, 0, worked.err)
  return project
}

function assertRefused(said: Said, exit: number, code: string): { message: string; hint: string } {
  const error = JSON.parse(said.err.trim().split('\n').at(-1) ?? '')
  assert.deepEqual([said.exit, error.code, said.out], [exit, code, ''], said.err)
  assert.match(error.hint, /\w+ \w+/)
  return error
}

test('D9 a second engine on the same file is refused and told who has it; the first goes on, and its death makes room', async (t) => {
  const project = await workedProject(t)
  const first = project.spawn('start', '--json')
  project.after(() => void first.kill('SIGKILL'))
  await firstWords(first)

  const second = await leavingTheLedgerAsItWas(project, () => project.charter('start', '--json'))

  const { message, hint } = assertRefused(second, 10, 'ledger_locked')
  assert.match(message, new RegExp(`process ${first.pid}\\b`))
  assert.match(hint, /end that process first/)
  const moved = await project.charter(...startRun)
  assert.equal(moved.exit, 0, moved.err)
  assert.equal(JSON.parse(moved.out).status, 'done')
  assert.equal(project.desk.commits().length, 2)

  const gone = ended(first)
  first.kill('SIGKILL')
  await gone
  const third = project.spawn('start', '--json')
  project.after(() => void third.kill('SIGKILL'))
  assert.match(await firstWords(third), new RegExp(`"process":\\s*${third.pid}`))
  const left = ended(third)
  third.kill('SIGTERM')
  assert.equal((await left).exit, 0)
})

test('a ledger that a newer program wrote is refused by every command, and not one byte of it is changed', async (t) => {
  const project = await workedProject(t)
  setSchema(project.ledger, 99)
  const before = bytesOf(project.ledger)

  for (const argv of [stopAll, ['ledger', 'show', '--json'], ['start', '--json']]) {
    const { message, hint } = assertRefused(await project.charter(...argv), 3, 'ledger_newer')
    assert.match(message, /schema 99, and this Charter knows \d+/)
    assert.match(hint, /use the Charter that wrote it, or a newer one/)
  }

  assert.equal(bytesOf(project.ledger), before)
  setSchema(project.ledger, 1)
  await leavingTheLedgerAsItWas(project, async () => {})
})

test('a PostgreSQL ledger that a newer program wrote is refused as well', async (t) => {
  const project = await freshProject(t, { turns: smallRun })
  const { url, drop } = await freshDatabase()
  project.after(drop)
  const worked = await project.charter(...startRun, '--ledger', url)
  assert.equal(worked.exit, 0, worked.err)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  project.after(() => client.end())
  await client.query(`UPDATE meta SET value = '99' WHERE name = 'schema'`)
  const rows = async () => (await client.query('SELECT * FROM events ORDER BY position')).rows
  const before = await rows()

  const { message } = assertRefused(await project.charter(...stopAll, '--ledger', url), 3, 'ledger_newer')

  assert.match(message, /schema 99, and this Charter knows \d+/)
  assert.ok(before.length > 10)
  assert.deepEqual(await rows(), before)
})

function setSchema(file: string, version: number): void {
  using database = new DatabaseSync(file)
  database.prepare(`UPDATE meta SET value = ? WHERE name = 'schema'`).run(String(version))
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

const bytesOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

test('a ledger on a disk that cannot be written is refused, for every command that would write', {
  skip: needsRoot,
}, async (t) => {
  const project = await workedProject(t)

  await leavingTheLedgerAsItWas(project, async () => {
    const makeWritable = makeReadOnly(path.dirname(project.ledger))
    project.after(makeWritable)
    for (const argv of [stopAll, startRun, ['start', '--json']]) {
      const { message, hint } = assertRefused(await project.charter(...argv), 5, 'ledger_read_only')
      assert.match(message, /ledger\.db` cannot be written by this user or on this disk/)
      assert.match(hint, /the right to write the file and its folder/)
    }
    makeWritable()
  })
})

test('a ledger that this user may not write is refused, and says that it is the user', {
  skip: needsRoot,
}, async (t) => {
  const project = await workedProject(t)
  chmodSync(project.folder, 0o755)
  chmodSync(path.dirname(project.ledger), 0o755)

  await leavingTheLedgerAsItWas(project, async () => {
    for (const argv of [stopAll, startRun]) {
      assertRefused(await project.charterAs(nobody, ...argv), 5, 'ledger_read_only')
    }
  })
})
