/** The command as a process: what only shows there. */
import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { newProject, type Project, root } from './project-for-tests.ts'

const charter = path.join(root, 'bin', 'charter.js')
const children: ChildProcessWithoutNullStreams[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
})

let project: Project
before(async () => {
  project = await newProject()
})

const run = (...argv: string[]) =>
  spawnSync(process.execPath, [charter, ...argv], {
    cwd: project.folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  })

/** A process, and what it has said so far. */
function begin(...argv: string[]) {
  const child = spawn(process.execPath, [charter, ...argv], { cwd: project.folder, env: { PATH: process.env.PATH } })
  children.push(child)
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => (said.out += chunk))
  child.stderr.on('data', (chunk) => (said.err += chunk))
  const until = async (where: 'out' | 'err', pattern: RegExp, from = 0): Promise<void> => {
    const signal = AbortSignal.timeout(20_000)
    while (!pattern.test(said[where].slice(from))) {
      if (child.exitCode !== null) assert.fail(`ended before ${pattern}: ${said.out}${said.err}`)
      await once(where === 'out' ? child.stdout : child.stderr, 'data', { signal })
    }
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(20_000) })
    return code
  }
  return { child, said, until, end }
}

test('piped, the data is on stdout, errors are on stderr, nothing is coloured, and the status is the exit code', () => {
  const good = run('tool', 'list')
  assert.equal(good.status, 0)
  assert.equal(good.stderr, '')
  assert.match(good.stdout, /refund_order/)
  const bad = run('tool', 'lst')
  assert.equal(bad.status, 3)
  assert.equal(bad.stdout, '')
  assert.match(bad.stderr, /did you mean `list`\?/)
  assert.equal(`${good.stdout}${bad.stderr}`.includes(String.fromCharCode(27)), false)
})

test('a run that is not there is not resumed: exit 10, and one error', () => {
  const { status, stdout, stderr } = run('run', 'resume', 'run_nowhere')
  assert.equal(status, 10, stderr)
  assert.equal(stdout, '')
  assert.equal(stderr.match(/no run `run_nowhere`/g)?.length, 1)
})

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((file) => {
  const version = existsSync(file) ? spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout : ''
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 99) < 24
})

test('an older Node gets one clear line and exit 3', { skip: oldNode ? false : 'no older Node stands here' }, () => {
  const { status, stderr } = spawnSync(oldNode ?? '', [charter, 'check'], { encoding: 'utf8' })
  assert.equal(status, 3)
  assert.match(stderr, /^charter needs Node 24 or newer, and this is v\d+[^\n]*\n$/)
})

test('dev reloads a page and a tool on save, keeps the last good one after a broken save, and tells each action', async () => {
  const dev = begin('dev')
  await dev.until('out', /charter dev: support/)
  const page = path.join(project.folder, 'support.charter.yaml')
  const edit = (file: string, from: string, to: string) =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))

  const asked = run('run', 'start', '--input', '{"order":"o_2"}', '--key', 'asked', '--json')
  assert.equal(asked.status, 9, asked.stderr)
  let seen = dev.said.err.length
  edit(page, 'max_amount_usd: 50', 'max_amout_usd: 50')
  await dev.until('err', /unknown key `max_amout_usd`[\s\S]*the last good one stays/, seen)
  const [approval] = JSON.parse(asked.stdout).approvals
  const granted = run('approval', 'grant', approval.id, '--as', 'sam@example.com', '--yes')
  assert.equal(granted.status, 0, granted.stderr)
  await dev.until('out', /granted by sam@example\.com[\s\S]*effect committed/)

  seen = dev.said.err.length
  edit(page, 'max_amout_usd: 50', 'max_amount_usd: 10')
  await dev.until('err', /reloaded: support\.charter\.yaml/, seen)
  const narrowed = run('run', 'start', '--input', '{"order":"o_1"}', '--key', 'narrowed')
  assert.equal(narrowed.status, 8, narrowed.stderr)
  assert.match(narrowed.stderr, /moved by the engine that has this ledger already/)
  await dev.until('out', /2\.1 refund_order .* deny denied_by_policy by refund_order\.max_amount_usd/)
  seen = dev.said.err.length
  edit(page, 'max_amount_usd: 10', 'max_amount_usd: 50')
  await dev.until('err', /reloaded/, seen)

  seen = dev.said.err.length
  edit(
    path.join(project.folder, 'tools.ts'),
    "|| 'more than was paid",
    "&& false || 'a changed tool, more than was paid",
  )
  await dev.until('err', /reloaded: tools\.ts/, seen)
  const refused = run('run', 'start', '--input', '{"order":"o_1"}', '--key', 'tool')
  assert.match(refused.stderr, /deny denied_by_check by refund_order\.check: a changed tool/)
  assert.equal(await dev.end('SIGINT'), 0)
})

test('start moves runs that other processes start, is named to a second engine, and ends cleanly on SIGTERM', async () => {
  const engine = begin('start')
  await engine.until('out', /engine of support on /)
  const second = run('start')
  assert.equal(second.status, 10)
  assert.match(second.stderr, new RegExp(`another engine has the ledger .*${engine.child.pid}`))
  const started = run('run', 'start', '--input', '{"order":"o_3"}', '--json')
  assert.equal(started.status, 8)
  assert.equal(JSON.parse(started.stdout).status, 'denied')
  assert.equal(await engine.end('SIGTERM'), 0)
})

test('Ctrl-C ends a command that waits with 2', async () => {
  const tools = path.join(project.folder, 'tools.ts')
  const before = readFileSync(tools, 'utf8')
  writeFileSync(
    tools,
    before
      .replace('=> findOrder(order)', '=> { await new Promise((go) => setTimeout(go, 5000)); return findOrder(order) }')
      .replace('execute: ({ order })', 'execute: async ({ order })'),
  )
  const waiting = begin('run', 'start', '--input', '{"order":"o_2"}', '--key', 'slow')
  await waiting.until('err', /run_\w+ support · slow/)
  assert.equal(await waiting.end('SIGINT'), 2)
  assert.match(waiting.said.err, /cancelled/)
  writeFileSync(tools, before)
})

test('a closed pipe is no error', () => {
  const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${charter}" schema | head -1`], {
    cwd: project.folder,
    encoding: 'utf8',
  })
  assert.equal(status, 0)
  assert.equal(stderr, '')
})
