import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { newProject, type Project, type RunDocument } from '../project-for-tests.ts'

const sam = ['--as', 'sam@example.com'] as const

let project: Project
let run: string

before(async () => {
  project = await newProject()
  run = (await started('a')).run
})

const started = (key: string) => project.json<RunDocument>('run', 'start', '--input', '{"order":"o_2"}', '--key', key)

test('who is not in the group file erases nothing', async () => {
  const { exit, err } = await project.charter('retention', 'run', '--as', 'eve@example.com', '--yes')
  assert.equal(exit, 4, err)
})

test('an erasure is meant: without --yes nothing is erased', async () => {
  const { exit } = await project.charter('retention', 'erase', 'order:o_2', ...sam)
  assert.equal(exit, 3)
})

test('a held run stays, the erasure exits with 6, and the hold is listed with its reason', async () => {
  const { hold } = await project.json<{ hold: string }>('hold', 'place', `run:${run}`, '--reason', 'case 4', ...sam)
  const dry = await project.charter('retention', 'erase', 'order:o_2', '--dry-run', ...sam)
  assert.equal(dry.out, `held: ${run} by ${hold}\n`)
  assert.equal((await project.charter('retention', 'erase', 'order:o_2', ...sam, '--yes')).exit, 6)
  const listed = await project.json<{ hold: string; reason: string }[]>('hold', 'list')
  assert.deepEqual(
    listed.map((each) => [each.hold, each.reason]),
    [[hold, 'case 4']],
  )
  assert.equal((await project.charter('hold', 'lift', hold, ...sam, '--yes')).exit, 0)
})

test('an open run is ended and erased, its ledger verifies and rebuilds, and its story says which deletion it was', async () => {
  const { exit, out } = await project.charter('retention', 'erase', 'order:o_2', ...sam, '--yes')
  assert.equal(exit, 0)
  assert.match(out, new RegExp(`^erased: \\d+ payloads of 1 run, with \\d+ keys\\nended first: ${run}\n`))
  const shown = await project.charter('run', 'show', run)
  assert.match(shown.out, /erased with its subject, .* by sam@example\.com \(ret_\w+\): input, /)
  assert.equal((await project.charter('ledger', 'rebuild')).exit, 0)
  const exported = await project.charter('ledger', 'export', '--out', 'all.jsonl')
  assert.equal(exported.exit, 0, exported.err)
})

test('content is erased by class and time on order, and a dry run erases nothing', async () => {
  await started('b')
  await project.charter('retention', 'erase', 'order:o_9', ...sam, '--yes')
  const dry = await project.charter('retention', 'run', '--dry-run', ...sam)
  assert.equal(dry.out, 'nothing is due\n')
  const wrong = await project.charter('retention', 'run', '--before', 'soon', ...sam, '--yes')
  assert.equal(wrong.exit, 3)
})

test('a redactor of the project looks at what is shown, where its configuration is named', async () => {
  const { run: another } = await started('c')
  const shown = await project.charter('run', 'show', another)
  assert.match(shown.out, /order=o_2/)
  const redactor = `{ find: async (texts) => texts.map((text) => (text === 'o_2' ? [{ kind: 'order', start: 0, end: 3 }] : [])) }`
  project.write(
    'redacting.config.ts',
    `import config from './charter.config.ts'\nexport default { ...config, redactor: ${redactor} }\n`,
  )
  const redacted = await project.charter('run', 'show', another, '--config', 'redacting.config.ts')
  assert.match(redacted.out, /\[redacted: order\]/, redacted.err)
  assert.doesNotMatch(redacted.out, /order=o_2/)
})

test('personal data is revealed to somebody whom the group file names, and to nobody else', async () => {
  const shown = (...as: readonly string[]) => project.charter('run', 'show', run, '--reveal', ...as)
  assert.equal((await shown()).exit, 3)
  assert.equal((await shown('--as', 'eve@example.com')).exit, 4)
  assert.equal((await shown(...sam)).exit, 0)
})

test('a dry run needs nobody, an erasure does, and a name that is given is looked up', async () => {
  assert.equal((await project.charter('retention', 'run', '--dry-run')).exit, 0)
  assert.equal((await project.charter('retention', 'erase', 'order:o_2', '--dry-run')).exit, 0)
  for (const verb of [['run'], ['erase', 'order:o_2']]) {
    const { exit, err } = await project.charter('retention', ...verb, '--yes')
    assert.equal(exit, 3)
    assert.match(err, /`--as` is missing/)
    assert.equal((await project.charter('retention', ...verb, '--dry-run', '--as', 'eve@example.com')).exit, 4)
  }
})

test('a kind that nothing was ever touched by is said beside what came of it', async () => {
  const dry = await project.charter('retention', 'erase', 'ordr:o_2', '--dry-run')
  assert.match(dry.err, /nothing of kind `ordr` was ever touched: did you mean `order`\?/)
  const held = await project.charter('hold', 'place', 'ordr:o_2', '--reason', 'case 5', ...sam)
  assert.equal(held.exit, 0)
  assert.match(held.err, /did you mean `order`\?/)
  assert.equal((await project.charter('hold', 'place', 'order:o_2', '--reason', 'case 5', ...sam)).err, '')
  for (const [scope, near] of [
    ['agent:suport', 'support'],
    [`run:${run.slice(0, -1)}!`, run],
  ])
    assert.match(
      (await project.charter('hold', 'place', scope ?? '', '--reason', 'case 5', ...sam)).err,
      new RegExp(`did you mean \`${near}\``),
    )
})
