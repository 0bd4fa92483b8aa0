import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { emptyFolder } from './project-for-tests.ts'
import { say } from './terminal-for-tests.ts'
import { verbs } from './verbs.ts'

const folder = emptyFolder()
const here = { cwd: folder }

test('an unknown command exits with 3 and names the nearest', async () => {
  const { exit, out, err } = await say(here, 'chck')
  assert.equal(exit, 3)
  assert.equal(out, '')
  assert.match(err, /unknown command `chck`/)
  assert.match(err, /did you mean `check`\?/)
})

test('an unknown option exits with 3 and names the nearest, those of every command included', async () => {
  const own = await say(here, 'check', '--confg', 'x')
  assert.equal(own.exit, 3)
  assert.match(own.err, /did you mean `--config`\?/)
  const global = await say(here, 'check', '--jsn')
  assert.match(global.err, /did you mean `--json`\?/)
})

test('a value that is missing, where nobody can be asked, exits with 3 and prints the invocation that would do', async () => {
  const { exit, err } = await say(here, 'diff', 'a page.yaml')
  assert.equal(exit, 3)
  assert.match(err, /`after` is missing/)
  assert.match(err, /charter diff 'a page\.yaml' after\.yaml/)
})

test('a person at a terminal is asked for what is missing', async () => {
  writeFileSync(path.join(folder, 'a.yaml'), 'charter: 1\nagent: { name: a, stage: observe }\n')
  writeFileSync(path.join(folder, 'b.yaml'), 'charter: 1\nagent: { name: a, stage: auto }\n')
  const { exit, out } = await say({ ...here, isTTY: true, answers: ['b.yaml'] }, 'diff', 'a.yaml')
  assert.equal(exit, 0)
  assert.match(stripVTControlCharacters(out), /^widens {2}`agent\.stage` goes from `observe` to `auto`/)
})

test('with --json an error is one JSON document on stderr in the shape that every door has, and stdout stays empty', async () => {
  const { exit, out, err } = await say(here, 'print', 'nowhere.yaml', '--json')
  assert.equal(exit, 10)
  assert.equal(out, '')
  const document = JSON.parse(err)
  assert.deepEqual(Object.keys(document), [
    'type',
    'code',
    'message',
    'param',
    'hint',
    'doc_url',
    'request_id',
    'run_id',
    'retry',
    'decision',
    'approval',
  ])
  assert.equal(document.type, 'not_found')
  assert.equal(document.code, 'charter_not_found')
  assert.match(document.request_id, /^req_/)
  assert.deepEqual(document.retry, { safe: false, after_ms: null, same_key: false })
})

test('what cannot be parsed is answered in JSON too', async () => {
  const { exit, err } = await say(here, 'chck', '--json')
  assert.equal(exit, 3)
  assert.equal(JSON.parse(err).code, 'usage')
})

const escapeCode = String.fromCharCode(27)

test('colours are for terminals, and not where NO_COLOR, TERM=dumb or --no-color refuse them', async () => {
  const seen = async (script: { isTTY?: boolean; env?: Record<string, string> }, ...more: string[]) =>
    (await say({ ...here, ...script }, 'chck', ...more)).err.includes(escapeCode)
  assert.equal(await seen({ isTTY: true }), true)
  assert.equal(await seen({ isTTY: false }), false)
  assert.equal(await seen({ isTTY: true, env: { NO_COLOR: '1' } }), false)
  assert.equal(await seen({ isTTY: true, env: { TERM: 'dumb' } }), false)
  assert.equal(await seen({ isTTY: true }, '--no-color'), false)
})

test('every verb has help with its examples, on stdout, and the examples call that verb', async () => {
  for (const { name, examples } of verbs) {
    const { exit, out, err } = await say(here, ...name.split(' '), '--help')
    assert.equal(exit, 0, name)
    assert.equal(err, '', name)
    assert.match(out, new RegExp(`Usage: charter ${name}`), name)
    assert.ok(examples.length > 0, `${name} has no example`)
    for (const example of examples) {
      assert.ok(example.includes(name), `\`charter ${example}\` is no example of ${name}`)
      assert.ok(out.includes(`charter ${example}`), `${name} does not show ${example}`)
    }
  }
})

test('a noun without a verb exits with 3 and lists its verbs', async () => {
  const noun = verbs.map(({ name }) => name.split(' ')).find((words) => words.length === 2)?.[0]
  if (noun === undefined) return
  const { exit, err } = await say(here, noun)
  assert.equal(exit, 3)
  assert.match(err, new RegExp(`\`charter ${noun}\` needs a verb`))
})

test('charter alone says what it can do, and --version which it is', async () => {
  const alone = await say(here)
  assert.equal(alone.exit, 0)
  for (const { name } of verbs) assert.ok(alone.out.includes(name.split(' ')[0] ?? ''), name)
  const version = await say(here, '--version')
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/)
})
