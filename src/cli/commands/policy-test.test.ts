import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { newProject, type Project } from '../project-for-tests.ts'

interface Tested {
  readonly ok: boolean
  readonly pages: readonly { readonly cases: readonly TestedCase[] }[]
}

interface TestedCase {
  readonly ok: boolean
  readonly name: string
  readonly found: { readonly decision: string; readonly code?: string; readonly rules: readonly string[] }
}

interface ShownRun {
  readonly actions: readonly { readonly decisions: readonly ShownDecision[] }[]
}

interface ShownDecision {
  readonly decision: string
  readonly code: string | null
  readonly rules: readonly { readonly rule: string }[]
}

let project: Project
before(async () => {
  project = await newProject()
})

const small = `
  - name: a small refund
    tool: refund_order
    arguments: { order: o_1, amount: 12.00, reason: broken }
    subjects: { order: o_1 }
    facts: { paid: 12.00, refunded: 0.00 }
`

async function testCases(text: string, ...more: string[]) {
  project.write('other.yaml', `cases:${text}`)
  return project.charter('policy', 'test', '--cases', 'other.yaml', ...more)
}

test('the page of a new project says what its cases expect', async () => {
  const { exit, out } = await project.charter('policy', 'test')
  assert.equal(exit, 0, out)
  assert.match(out, /^ok {5}a small refund goes ahead$/m)
  assert.match(out, /^support\.cases\.yaml: 6 of 6 as expected$/m)
})

test('a case is judged as a run of the same action is', async () => {
  const { pages } = await project.json<Tested>('policy', 'test')
  for (const [order, name] of [
    ['o_1', 'a small refund goes ahead'],
    ['o_2', 'above 25 dollars a support lead is asked'],
    ['o_3', 'above 50 dollars nobody can agree'],
  ] as const) {
    const input = JSON.stringify({ order })
    const { run } = JSON.parse((await project.charter('run', 'start', '--input', input, '--key', order, '--json')).out)
    const { actions } = await project.json<ShownRun>('run', 'show', run)
    const { decision, code, rules } = actions[1]?.decisions[0] ?? assert.fail(`order ${order} was not judged`)
    const found = pages[0]?.cases.find((each) => each.name === name)?.found
    assert.deepEqual(found && [found.decision, found.code ?? null, found.rules], [
      decision,
      code,
      rules.map(({ rule }) => rule),
    ])
  }
})

test('a page that was changed fails the cases that it no longer fits, each with its line, and exits with 7', async () => {
  const changed = await newProject()
  const page = readFileSync(path.join(changed.folder, 'support.charter.yaml'), 'utf8')
  changed.write('support.charter.yaml', page.replace('max_amount_usd: 50', 'max_amount_usd: 30'))
  const said = await changed.charter('policy', 'test')
  assert.equal(said.exit, 7)
  assert.match(said.out, /wrong {2}above 25 dollars a support lead is asked/)
  assert.match(said.out, /support\.cases\.yaml:15: it is deny, not ask/)
  assert.match(said.out, /refund_order → deny denied_by_policy by refund_order\.max_amount_usd/)
  const { ok, pages } = await changed.json<Tested>('policy', 'test')
  assert.equal(ok, false)
  assert.deepEqual(
    pages[0]?.cases.map((each) => each.ok),
    [true, false, false, true, true, true],
  )
})

test('an expectation of the wrong rule, code or signatures is not met by the right decision', async () => {
  const over = small.replace('12.00, reason', '40.00, reason').replace('paid: 12.00', 'paid: 40.00')
  for (const expect of ['rule: refund_order.once', 'code: approval_required', 'asks: { support-leads: 2 }']) {
    const { exit, out } = await testCases(`${over}    expect: { decision: ask, ${expect} }\n`)
    assert.equal(exit, 7, out)
  }
  assert.equal((await testCases(`${over}    expect: ask\n`)).exit, 0)
})

test('arguments that a model could not have sent are invalid, as they are in a run', async () => {
  const unknown = small.replace('reason: broken', 'reason: broken, priority: high')
  const finer = small.replace('12.00, reason', '12.005, reason')
  for (const text of [unknown, finer]) {
    const { exit, out } = await testCases(`${text}    expect: { decision: invalid, code: arguments_invalid }\n`)
    assert.equal(exit, 0, out)
  }
})

test('a stage is tried without changing the page', async () => {
  const { exit, out } = await testCases(
    `${small}    stage: draft\n    expect: { decision: ask, rule: refund_order.draft }\n${small}    stage: observe\n    expect: { decision: deny, code: denied_by_stage }\n`,
  )
  assert.equal(exit, 0, out)
})

const mistakes: Readonly<Record<string, readonly [text: string, said: RegExp]>> = {
  'a key that no case has': [
    `${small}    expect: allow\n    on_behalf: ada\n`,
    /other\.yaml:8:5.*unknown key `on_behalf`.*`on_behalf_of`/s,
  ],
  'a tool that the page does not have': [
    `${small.replace('refund_order', 'refund_ordr')}    expect: allow\n`,
    /other\.yaml:3:5.*no tool `refund_ordr`.*did you mean `refund_order`/s,
  ],
  'facts that are missing': [
    `${small.replace(/ +facts.*\n/, '')}    expect: allow\n`,
    /other\.yaml:2:5.*judged on facts, and the case has none/s,
  ],
  'facts that do not fit': [
    `${small.replace('paid: 12.00', 'payed: 12.00')}    expect: allow\n`,
    /other\.yaml:6:5.*do not fit `refund_order` at `paid`/s,
  ],
  'a group that is never asked': [
    `${small}    signatures: { support-lead: 1 }\n    expect: allow\n`,
    /other\.yaml:7:5.*never asks `support-lead`.*did you mean `support-leads`/s,
  ],
  'a limit that the page does not have': [
    `${small}    moved: { amount_usd: 80 }\n    expect: allow\n`,
    /other\.yaml:7:5.*has no limit `amount_usd`/s,
  ],
  'subjects that only another tool knows': [
    `${small.replace(/ +subjects.*\n/, '')}    expect: allow\n`,
    /other\.yaml:2:5.*reads other tools.*name its `subjects`/s,
  ],
  'several mistakes at once': [
    `${small}    expected: allow\n`,
    /other\.yaml:2:5.*lacks `expect`.*other\.yaml:7:5.*unknown key `expected`, did you mean `expect`/s,
  ],
  'no cases at all': [' []\n', /other\.yaml:1.*must be a list of one or more/s],
}

for (const [what, [text, said]] of Object.entries(mistakes)) {
  test(`${what}: an error with its place, not a case that fails`, async () => {
    const { exit, err } = await testCases(text)
    assert.equal(exit, 3, err)
    assert.match(err, said)
  })
}

test('cases are read from JSON too, and their absence is said', async () => {
  const one = { name: 'a read', tool: 'get_order', arguments: { order: 'o_1' }, expect: 'allow' }
  project.write('other.json', JSON.stringify({ cases: [one] }, null, 2))
  assert.equal((await project.charter('policy', 'test', 'support', '--cases', 'other.json')).exit, 0)
  const missing = await project.charter('policy', 'test', '--cases', 'none.yaml')
  assert.equal(missing.exit, 3)
  assert.match(missing.err, /no cases can be read at `none\.yaml`/)
})
