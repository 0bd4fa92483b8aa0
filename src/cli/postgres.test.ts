/** The same command line, with the ledger on a PostgreSQL server that the environment names. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { freshDatabase } from '../../test/postgres.ts'
import { newProject, type RunDocument } from './project-for-tests.ts'
import { type Said, say } from './terminal-for-tests.ts'

const sam = ['--as', 'sam@example.com'] as const

let folder: string
let database: Awaited<ReturnType<typeof freshDatabase>>
before(async () => {
  folder = (await newProject()).folder
  database = await freshDatabase()
})
after(() => database.drop())

const charter = (...argv: string[]): Promise<Said> =>
  say({ cwd: folder, env: { CHARTER_DATABASE_URL: database.url } }, ...argv)

test('runs, approvals, stops, verification and rebuilding are the same on PostgreSQL', async () => {
  const started = await charter('run', 'start', '--input', '{"order":"o_2"}', '--json')
  assert.equal(started.exit, 9, started.err)
  const { run, approvals }: RunDocument = JSON.parse(started.out)
  const granted = await charter('approval', 'grant', approvals[0]?.id ?? '', ...sam, '--yes')
  assert.equal(granted.exit, 0, granted.err)
  const resumed = await charter('run', 'resume', run)
  assert.equal(resumed.exit, 0, resumed.err)
  const stopped = await charter('stop', 'on', '--scope', 'everything', ...sam, '--reason', 'a rehearsal')
  assert.match(stopped.out, /^committed in .*: nothing new is dispatched for everything \(observe\)\nquiet/)
  assert.equal((await charter('ledger', 'verify')).exit, 0)
  assert.equal((await charter('ledger', 'rebuild')).exit, 0)
  assert.equal((await charter('doctor')).err, '')
  assert.equal(existsSync(path.join(folder, '.charter', 'ledger.db')), false)
})

test('a server that does not answer exits with 5, and no message shows the password', async () => {
  const url = 'postgres://charter:hunter2@127.0.0.1:1/charter'
  const { exit, err } = await say({ cwd: folder }, 'run', 'list', '--ledger', url)
  assert.equal(exit, 5, err)
  assert.doesNotMatch(err, /hunter2/)
})
