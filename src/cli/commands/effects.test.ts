import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project } from '../project-for-tests.ts'

/** A project whose shop never says what became of the refund of one order, not even when it is asked. */
async function projectThatLosesAnswers(lost: string): Promise<Project> {
  const project = await newProject()
  const tools = readFileSync(path.join(project.folder, 'tools.ts'), 'utf8')
  const [kept = ''] = tools.split('  // The shop does one refund')
  const once = `  deadline: '200ms',
  settlesWithin: '10ms',
  verify: async () => { throw new Error('nobody answers') },
  execute: ({ order, amount }, { key }) => {
    if (order === '${lost}') throw new Error('the line went dead')
    return refund(key, order, amount.minor)
  },
})
`
  project.write('tools.ts', kept + once)
  const page = readFileSync(path.join(project.folder, 'support.charter.yaml'), 'utf8')
  project.write('support.charter.yaml', page.replace('require_approval_over_usd: 25', 'require_approval_over_usd: 45'))
  return project
}

interface Effect {
  readonly effect: string
  readonly status: string
}

let project: Project
before(async () => {
  project = await projectThatLosesAnswers('o_2')
  for (const order of ['o_1', 'o_2']) {
    await project.charter('run', 'start', '--input', JSON.stringify({ order }), '--key', order)
  }
})

test('effect list shows the writes of which nobody can tell whether they happened, and others when asked', async () => {
  const open = await project.json<Effect[]>('effect', 'list')
  assert.deepEqual(
    open.map(({ status }) => status),
    ['unknown'],
  )
  const all = await project.json<Effect[]>('effect', 'list', '--status', 'all')
  assert.deepEqual(
    all.map(({ status }) => status),
    ['unknown', 'committed'],
  )
  assert.deepEqual(await project.json('effect', 'list', '--env', 'production', '--status', 'all'), [])
})

test('effect list says when the system of record is asked again', async () => {
  const { out } = await project.charter('effect', 'list')
  assert.match(out, /LOOKED FOR/)
  assert.match(out, /unknown +refund_order +1 +[\d.]+m?s ago +in \d[\d.]*s +ck_/)
})

test('a list that goes on says so, and continues where it ended', async () => {
  const [newest, oldest] = await project.json<Effect[]>('effect', 'list', '--status', 'all')
  const first = await project.charter('effect', 'list', '--status', 'all', '--most', '1')
  assert.match(first.err, new RegExp(`only the newest 1; older ones with --before ${newest?.effect}`))
  const rest = await project.json('effect', 'list', '--status', 'all', '--before', newest?.effect ?? '')
  assert.deepEqual(rest, [oldest])
  const last = await project.charter('effect', 'list', '--status', 'all', '--before', newest?.effect ?? '')
  assert.equal(last.err, '')
})

test('a settled effect is open no more, and is not settled twice', async () => {
  const [open] = await project.json<Effect[]>('effect', 'list')
  const settle = ['effect', 'settle', open?.effect ?? '', '--outcome', 'not_committed', '--as', 'sam@example.com']
  const settled = await project.charter(...settle, '--yes')
  assert.match(settled.out, /status +not_committed/)
  assert.match((await project.charter('effect', 'list')).out, /no effect is open/)
  const refused = await project.json<Effect[]>('effect', 'list', '--status', 'not_committed')
  assert.deepEqual(
    refused.map(({ effect }) => effect),
    [open?.effect],
  )
  assert.equal((await project.charter(...settle, '--yes')).exit, 10)
})
