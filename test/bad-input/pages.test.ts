/** A page, a rule or a tool that is wrong is refused before anything runs: where it stands, what was meant, nothing changed. */
import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import { defineTool } from '../../src/index.ts'
import { toolSet } from '../../src/tools/tool-set.ts'
import { freshProject, leavingTheLedgerAsItWas, type Project, page, start } from './project.ts'
import { smallRun } from './turns.ts'

/** A project in which one run has already been worked, so that there is something to lose. */
async function workedProject(t: TestContext): Promise<Project> {
  const project = await freshProject(t, { turns: smallRun })
  const runtime = await project.runtime()
  const run = await start(runtime)
  assert.equal((await run.settled()).status, 'done')
  await runtime.close()
  return project
}

/** The note's argument has another name now. */
const newerNote = defineTool({
  name: 'add_note',
  description: 'Add an internal note to a ticket.',
  kind: 'write',
  inputSchema: z.strictObject({ ticket: z.string(), words: z.string() }),
  outputSchema: z.object({ note: z.string() }),
  atMostOnce: true,
  execute: () => ({ note: 'note_1' }),
})

/** The refund rule with one letter missing, in a file that the page names. */
function writeWrongRule({ folder, page: file }: Project): void {
  const rule = 'forbid (principal, action == Action::"request_refund", resource)\n'
  writeFileSync(path.join(folder, 'refunds.cedar'), `${rule}when { context.args.amuont.minor > 5000 };\n`)
  appendFileSync(file, 'policies: [./refunds.cedar]\n')
}

test('a page with an unknown key is refused with its place and the key that was meant', async (t) => {
  const project = await workedProject(t)
  writeFileSync(project.page, `${page.replace('max_amount_usd', 'max_amout_usd')}colour: blue\n`)

  const { check, show } = await leavingTheLedgerAsItWas(project, async () => ({
    check: await project.charter('check', 'billing.charter.yaml'),
    show: await project.charter('show', 'billing.charter.yaml', '--json'),
  }))

  assert.equal(check.exit, 3)
  assert.match(
    check.out,
    /^billing\.charter\.yaml:19:36 error unknown key `max_amout_usd`, did you mean `max_amount_usd`\?/,
  )
  assert.match(
    check.out,
    /^billing\.charter\.yaml:21:1 error unknown key `colour`\n.*\n.*\n {2}hint: here may stand .*\btools\b/m,
  )
  const error = JSON.parse(show.err)
  assert.deepEqual([show.exit, show.out, error.code], [3, '', 'charter_invalid'])
  assert.deepEqual(error.place, { file: 'billing.charter.yaml', line: 19, column: 36 })
  assert.match(error.message, /did you mean `max_amount_usd`\?/)
})

test('a page with an unknown key does not come into force, and what is in force goes on', async (t) => {
  const project = await workedProject(t)
  const agent = project.agent()
  writeFileSync(project.page, page.replace('max_amount_usd', 'max_amout_usd'))

  await leavingTheLedgerAsItWas(project, () =>
    assert.rejects(project.runtime({ agents: [agent], applyPages: true }), {
      code: 'charter_invalid',
      message: /unknown key `max_amout_usd`/,
    }),
  )

  const runtime = await project.runtime({ agents: [agent] })
  assert.equal((await (await start(runtime)).settled()).status, 'done')
})

test('a rule on an argument that does not exist is refused in the file where it stands, with the argument that was meant', async (t) => {
  const project = await workedProject(t)
  writeWrongRule(project)

  const { checked, applied } = await leavingTheLedgerAsItWas(project, async () => ({
    checked: await project.charter('check', '--json'),
    applied: await project.charter('apply', 'billing.charter.yaml', '--as', 'ada@acme.example', '--yes', '--json'),
  }))

  assert.equal(checked.exit, 3)
  const [{ ok, problems }] = JSON.parse(checked.out)
  const [{ level, code, message, hint, file, line, column }] = problems
  assert.deepEqual([ok, problems.length, level, code], [false, 1, 'error', 'policy_invalid'])
  assert.deepEqual([file, line, column], ['./refunds.cedar', 2, 8])
  assert.match(message, /`args\.amuont`/)
  assert.equal(hint, 'did you mean `amount`?')
  const refused = JSON.parse(applied.err)
  assert.deepEqual([applied.exit, applied.out, refused.place], [3, '', { file, line, column }])
})

test('a rule on an argument that does not exist does not come into force, and the engine lets go of the ledger', async (t) => {
  const project = await workedProject(t)
  writeWrongRule(project)

  await leavingTheLedgerAsItWas(project, () =>
    assert.rejects(project.runtime({ applyPages: true }), {
      code: 'policy_invalid',
      place: { file: './refunds.cedar', line: 2, column: 8 },
      hint: 'did you mean `amount`?',
    }),
  )

  writeFileSync(project.page, page.replace('max_amount_usd: 100', 'max_amount_usd: 90'))
  const runtime = await project.runtime({ applyPages: true })
  assert.equal((await (await start(runtime)).settled()).status, 'done')
})

test('a page is not applied where its rules cannot be checked, because nothing there knows its tools', async (t) => {
  const project = await workedProject(t)
  writeWrongRule(project)
  rmSync(path.join(project.folder, 'charter.config.ts'))

  const applied = await leavingTheLedgerAsItWas(project, () =>
    project.charter('apply', 'billing.charter.yaml', '--as', 'ada@acme.example', '--yes', '--json'),
  )

  const { code, param, hint } = JSON.parse(applied.err)
  assert.deepEqual([applied.exit, applied.out, code, param], [3, '', 'config_invalid', '--config'])
  assert.match(hint, /name the configuration with `--config`/)
})

test('tools that do not fit the page in force are refused at the start, before any run is looked at', async (t) => {
  const project = await freshProject(t, {
    page: `${page}policies: [./refunds.cedar]\n`,
    files: {
      'refunds.cedar': 'forbid (principal, action == Action::"add_note", resource) when { context.args.note == "" };',
    },
    turns: smallRun,
  })
  await (await project.runtime({ engine: false })).close()
  const agent = project.agent()
  const tools = toolSet([...agent.tools.values()].map((tool) => (tool.name === 'add_note' ? newerNote : tool)))

  await assert.rejects(project.runtime({ agents: [{ ...agent, tools }] }), {
    code: 'policy_invalid',
    place: { file: './refunds.cedar', line: 1, column: 67 },
  })
})

test('a tool in two versions is refused by name, with both versions', async (t) => {
  const project = await workedProject(t)
  const config = path.join(project.folder, 'charter.config.ts')
  const newer = "const newer = { ...tools[3], version: '2' }\n"
  const text = readFileSync(config, 'utf8')
    .replace(/(const tools = .*\n)/, `$1${newer}`)
    .replace('tools,', 'tools: [...tools, newer],')
  writeFileSync(config, text)

  const checked = await leavingTheLedgerAsItWas(project, () => project.charter('check', '--json'))

  const { code, message, param, hint } = JSON.parse(checked.err)
  assert.deepEqual([checked.exit, checked.out, code, param], [3, '', 'tool_duplicate', 'request_refund'])
  assert.equal(message, '`request_refund` is given in two versions, `1` and `2`')
  assert.match(hint, /rename one, or leave one out/)
})
