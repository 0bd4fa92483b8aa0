import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { judgeByPolicy } from '../policy/ask.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { defineTool } from '../tools/define-tool.ts'
import { compileCharter, tryCompile } from './compile.ts'
import { loadCharter } from './load.ts'

const tool = (name: string) =>
  defineTool({
    name,
    description: 'Do it.',
    kind: 'write',
    undo: async () => {},
    inputSchema: z.strictObject({ note: z.string() }),
    outputSchema: z.object({}),
    atMostOnce: true,
    execute: () => ({}),
  })
const tools = [tool('add_note'), tool('drop_note')]

function pageOf(...files: string[]) {
  const names = files.map((_, index) => `./${index}.cedar`)
  const text = `charter: 1
agent: { name: a, stage: auto }
policies: [${names.join(', ')}]
tools:
  add_note: { allowed: true, approval: [ { from: finance }, { from: finance } ] }
  drop_note: { allowed: true }
`
  return loadCharter({ file: 'a.charter.yaml', text, readFile: (file) => files[names.indexOf(file)] }).page
}

function errorsOf(...files: string[]): string[] {
  return tryCompile(pageOf(...files), tools).problems.map(
    ({ level, place, message, hint }) =>
      `${level} ${place?.file}:${place?.line}:${place?.column} ${message}${hint ? `, ${hint}` : ''}`,
  )
}

function judge(name: string, note: string, ...files: string[]): string {
  const compiled = compileCharter(pageOf(...files), tools)
  const context = { args: { note }, stage: 'auto', dryRun: false }
  const request = { agent: 'a', tool: name, context }
  const steps = compiled.approvalSteps({ name })
  const judged = judgeByPolicy(createEvaluator(), compiled.policiesOf({ name }), request, steps, {})
  return judged.outcome === 'ask' ? `ask ${judged.steps.length}` : judged.outcome
}

const forbidRude = `
@id("polite") @says("notes are polite")
forbid (principal, action == Action::"add_note", resource) when { context.args.note like "*rude*" };`

test('a rule of a Cedar file holds for the tools that its scope names, and for no other', () => {
  assert.equal(judge('add_note', 'very rude', forbidRude), 'deny')
  assert.equal(judge('add_note', 'kind', forbidRude), 'allow')
  assert.equal(judge('drop_note', 'very rude', forbidRude), 'allow')
  const compiled = compileCharter(pageOf(forbidRude), tools)
  const rule = compiled.policiesOf({ name: 'add_note' }).policies.at(-1)
  assert.deepEqual([rule?.id, rule?.says, rule?.from], ['polite', 'notes are polite', './0.cedar'])
  assert.equal(
    compiled.policiesOf({ name: 'drop_note' }).policies.some(({ id }) => id === 'polite'),
    false,
  )
})

test('a rule over a list of tools, or over all, holds for each of them', () => {
  const listed = 'forbid (principal, action in [Action::"add_note", Action::"drop_note"], resource);'
  for (const text of [listed, 'forbid (principal, action, resource);']) {
    assert.equal(judge('add_note', '', text), 'deny')
    assert.equal(judge('drop_note', '', text), 'deny')
  }
})

test('a rule of a Cedar file may ask, with the steps that the page has', () => {
  const asks = (count: number) =>
    `forbid (principal, action == Action::"add_note", resource) unless { context.approvals.finance >= ${count} };`
  assert.equal(judge('add_note', '', asks(1)), 'ask 1')
  assert.equal(judge('add_note', '', asks(2)), 'ask 2')
})

test('P3 a rule that wants more signatures than the steps of the page give is refused at load', () => {
  const wants = (group: string, count: number, name = 'add_note') =>
    `forbid (principal, action == Action::"${name}", resource) unless { context.approvals.${group} >= ${count} };`
  assert.deepEqual(errorsOf(wants('finance', 3)), [
    'error ./0.cedar:1:1 policy `./0.cedar#1` wants `finance >= 3`, and the approval steps of `add_note` give 2 of `finance` at most, add an approval step to the page, or narrow the rule to other tools',
  ])
  assert.match(errorsOf(wants('finanse', 1)).join(), /ask nobody of `finanse`, did you mean `finance`\?/)
  assert.match(errorsOf(wants('finance', 1, 'drop_note')).join(), /steps of `drop_note` ask nobody of `finance`/)
})

test('P3 a rule that turns a signature against the action is refused at load', () => {
  const turned = 'forbid (principal, action == Action::"add_note", resource) when { context.approvals.finance >= 1 };'
  assert.match(errorsOf(turned).join(), /^error \.\/0\.cedar:1:1 .*`unless` of a forbid only/)
})

test('a rule that names an argument which does not exist fails at load, in the second file too', () => {
  const misspelt =
    '// é\nforbid (principal, action == Action::"add_note", resource)\nwhen { context.args.noted == "x" };'
  assert.deepEqual(errorsOf(forbidRude, misspelt), [
    'error ./1.cedar:3:8 attribute `args.noted` in context for Action::"add_note" not found, did you mean `note`?',
  ])
})

test('a rule that asks whether a misspelt argument is there fails at load, where Cedar would let it pass', () => {
  const asks = 'forbid (principal, action == Action::"add_note", resource) when { context.args has noted };'
  assert.match(
    errorsOf(asks).join(),
    /^error .*`args\.noted` in context for `add_note` not found, did you mean `note`\?$/,
  )
})

test('a rule that bears the id of another is refused', () => {
  assert.match(errorsOf(forbidRude, forbidRude).join(), /the id is taken by another policy/)
  const taken = forbidRude.replace('polite', 'add_note.allowed')
  assert.match(errorsOf(taken).join(), /`add_note\.allowed`: the id is taken/)
})

test('a file that is no Cedar stops the page, and the others are checked all the same', () => {
  const problems = errorsOf('permit (principal', 'forbid (principal, action == Action::"ad_note", resource);')
  assert.match(problems[0] ?? '', /^error \.\/0\.cedar:1:18 not a Cedar policy/)
  assert.match(problems[1] ?? '', /^error \.\/1\.cedar:1:30 unrecognized action .*did you mean `Action::"add_note"`\?/)
})
