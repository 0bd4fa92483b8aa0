import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { defineTool } from '../tools/define-tool.ts'
import { money } from '../tools/money.ts'
import type { Tool } from '../tools/tool.ts'
import { checkCharter, longestPrint } from './check.ts'
import { loadCharter } from './load.ts'
import type { Page } from './page.ts'
import { printCharter } from './print.ts'

const file = 'billing.charter.yaml'
const sample = readFileSync(path.join(import.meta.dirname, 'sample.charter.yaml'), 'utf8')
const pageOf = (text: string, files = 'Help.'): Page => loadCharter({ file, text, readFile: () => files }).page
const page = (rest: string, stage = 'gated') =>
  pageOf(`charter: 1\nagent: { name: a, stage: ${stage} }\non_call: people\n${rest}`)

/** Each problem as `line:column level code`, without the notes of what was not looked at. */
function found(of: Page, tools?: readonly Tool[]): string[] {
  return checkCharter(of, tools)
    .filter(({ code }) => code !== 'not_checked')
    .map(({ place, level, code }) => `${place.line}:${place.column} ${level} ${code}`)
}

const messages = (of: Page, tools?: readonly Tool[]) => checkCharter(of, tools).map(({ message }) => message)

const paid = z.object({ paid: z.boolean() })
const pay = defineTool({
  name: 'pay',
  description: 'Pays someone.',
  kind: 'write',
  inputSchema: z.strictObject({ to: z.string(), amount: money('usd') }),
  outputSchema: paid,
  subjects: ({ to }) => ({ payee: to }),
  idempotency: { honoured: '24h' },
  execute: () => ({ paid: true }),
})
const setAccount = defineTool({
  name: 'set_account',
  description: 'Changes where the money of someone goes.',
  kind: 'write',
  inputSchema: z.strictObject({ account: z.string() }),
  outputSchema: paid,
  conflictsWith: ['pay'],
  atMostOnce: true,
  execute: () => ({ paid: false }),
})
const look = defineTool({
  name: 'look',
  description: 'Looks something up.',
  kind: 'read',
  inputSchema: z.strictObject({ id: z.string() }),
  outputSchema: paid,
  execute: () => ({ paid: false }),
})
const asking = 'approvals: { high: [ { from: finance } ] }\n'

test('without the tools the rules on arguments are skipped, and it says so', () => {
  const [note] = checkCharter(page('tools: { pay: { allowed: true } }'))
  assert.equal(note?.level, 'note')
  assert.match(note?.message ?? '', /checked without the tools.*arguments, money fields, subjects, risks and conflicts/)
  assert.deepEqual(found(page('tools: { look: { allowed: true } }'), [look]), [])
})

test('P6 every key that nothing enforces is a warning that names the key and its place', () => {
  const of = page('knowledge: { sources: [x] }\ntools:\n  look:\n    allowed: true\n    mode: parameterized_only\n')
  assert.deepEqual(found(of, [look]), ['4:1 warning not_enforced', '8:5 warning not_enforced'])
  assert.deepEqual(messages(of, [look]), [
    'nothing enforces `knowledge` yet, so no run starts under this page',
    'nothing enforces `mode` yet, so `look` cannot be called',
  ])
})

const fixtures = path.resolve(import.meta.dirname, '../../../shared/fixtures')
const absent = existsSync(fixtures) ? false : 'the public examples are not beside this checkout'

test('P4 the public example asks above 25 dollars and names nobody to ask: check says so', { skip: absent }, () => {
  const text = readFileSync(path.join(fixtures, 'agent-policy.yaml'), 'utf8')
  const problems = checkCharter(pageOf(text)).filter(({ code }) => code === 'no_approver')
  assert.deepEqual(
    problems.map(({ level, place, message }) => [level, place.line, place.column, message]),
    [
      [
        'warning',
        14,
        5,
        '`issue_refund` asks people above 25.00 USD, and the page names nobody to ask: it will be denied, `no_approver`',
      ],
    ],
  )
})

test('P4 a threshold with nobody to ask is a warning, with the tools and without, until somebody is named', () => {
  const rules = 'tools: { pay: { allowed: true, max_amount_usd: 50, require_approval_over_usd: 25 } }'
  const isTold = (rest: string, tools?: Tool[]) => found(page(rest), tools).some((each) => each.endsWith('no_approver'))
  assert.equal(isTold(rules), true)
  assert.equal(isTold(rules, [pay]), true)
  assert.equal(isTold(asking + rules), false)
  assert.equal(isTold(asking + rules, [pay]), false)
})

test('P4 a high-risk tool at stage gated, and every write at stage draft, want somebody to ask', () => {
  const rules = 'tools: { pay: { allowed: true, max_amount_usd: 50 } }'
  assert.deepEqual(found(page(rules), [pay]), ['4:10 warning no_approver'])
  assert.deepEqual(found(page(rules, 'auto'), [pay]), [])
  assert.deepEqual(found(page(rules, 'observe'), [pay]), [])
  assert.ok(found(page(rules, 'draft'), [pay]).includes('4:10 warning no_approver'))
  assert.deepEqual(found(page(rules, 'draft')), ['4:10 warning no_approver'])
  assert.deepEqual(found(page('tools: { pay: { allowed: true, risk: high } }')), ['4:32 warning no_approver'])
})

test('a tool that nobody defines is told with the nearest name', () => {
  const [problem] = checkCharter(page('tools: { lok: { allowed: true } }'), [look])
  assert.equal(problem?.message, 'no tool `lok` is defined, so nothing can call it')
  assert.equal(problem?.hint, 'did you mean `look`?')
  assert.deepEqual(problem?.place, { file, line: 4, column: 10 })
})

test('P2 a bound in money needs the one money field of its currency', () => {
  assert.deepEqual(found(page('tools: { look: { allowed: true, max_amount_usd: 5 } }'), [look]), [
    '4:33 error charter_invalid',
  ])
  assert.deepEqual(found(page(`${asking}tools: { pay: { allowed: true, max_amount_eur: 5 } }`), [pay]), [
    '5:32 error charter_invalid',
  ])
})

test('arguments that a page names must exist', () => {
  const of = page(
    `${asking}tools:\n  pay:\n    allowed: true\n    max_amount_usd: 5\n    allowed_fields: [to, amuont]\n`,
  )
  assert.deepEqual(found(of, [pay]), ['9:26 error argument_unknown'])
  assert.deepEqual(messages(of, [pay]), ['`pay` has no argument `amuont`, did you mean `amount`?'])
  const within = page('tools: { look: { allowed: true, within: { idd: [x] } } }')
  assert.deepEqual(found(within, [look]), ['4:43 error charter_invalid'])
})

test('what is counted per subject needs a tool that names subjects', () => {
  const per = 'once: { per: payee, within: 1d }, limits: { calls: { per: payee, within: 1d, max: 3 } }'
  const of = page(`tools: { look: { allowed: true, ${per} } }`)
  assert.deepEqual(found(of, [look]), ['4:41 error subject_unknown', '4:86 error subject_unknown'])
  const [note] = checkCharter(page(`${asking}tools: { pay: { allowed: true, max_amount_usd: 5, ${per} } }`), [pay])
  assert.equal(note?.level, 'note')
  assert.match(note?.message ?? '', /kind `payee` shows only when they run/)
})

test('a page raises a risk and never lowers it', () => {
  const risk = (level: string) =>
    found(page(`${asking}tools: { pay: { allowed: true, max_amount_usd: 5, risk: ${level} } }`), [pay])
  assert.deepEqual(risk('medium'), ['5:51 error risk_lowered'])
  assert.deepEqual(risk('high'), [])
  assert.deepEqual(risk('forbidden'), [])
})

test('two tools that conflict stand on one page only with a reason', () => {
  const both = (reason: string, other = 'allowed: true') =>
    found(page(`${asking}tools:\n  pay: { allowed: true, max_amount_usd: 5${reason} }\n  set_account: { ${other} }`), [
      pay,
      setAccount,
    ])
  assert.deepEqual(both(''), ['7:3 error tools_conflict'])
  assert.deepEqual(both(', accept_conflict: the account is checked by phone'), [])
  assert.deepEqual(both('', 'allowed: false'), [])
})

test('a list of more than four approval steps is an error, with the tools and without', () => {
  const steps = Array.from({ length: 5 }, (_, i) => `{ from: group-${i} }`).join(', ')
  const five = page(`tools: { pay: { allowed: true, max_amount_usd: 5, approval: [${steps}] } }`)
  assert.deepEqual(found(five), ['4:51 error too_many_steps'])
  assert.deepEqual(found(five, [pay]), ['4:51 error too_many_steps'])
  assert.deepEqual(found(page(`approvals: { high: [${steps}] }`)), ['4:14 error too_many_steps'])
  assert.deepEqual(found(page(`approvals: { high: [${steps.slice(0, steps.lastIndexOf(','))}] }`)), [])
})

test('a page that prints as more than sixty lines is a warning', () => {
  const tools = (count: number) =>
    page(`tools:\n${Array.from({ length: count }, (_, i) => `  t${i}: { allowed: true }\n`).join('')}`)
  const most = longestPrint - (printCharter(tools(1)).split('\n').length - 1)
  assert.deepEqual(found(tools(most)), [])
  assert.deepEqual(found(tools(most + 1)), ['1:1 warning too_long'])
})

test('the page of the design prints on one page, without a line that is too long for it', () => {
  assert.ok(printCharter(pageOf(sample)).split('\n').length < longestPrint)
})

test('a fallback that cannot be called is a warning', () => {
  const fallback = (name: string) =>
    found(page(`tools: { look: { allowed: true, fallback: ${name} }, scan: { allowed: true } }`))
  assert.deepEqual(fallback('scan'), [])
  assert.deepEqual(fallback('scam'), ['4:33 warning fallback_unknown'])
  assert.deepEqual(fallback('look'), ['4:33 warning fallback_unknown'])
})

test('a threshold at the maximum never asks, and that is a warning', () => {
  const of = page(`${asking}tools: { pay: { allowed: true, max_amount_usd: 5, require_approval_over_usd: 5 } }`)
  assert.deepEqual(found(of), ['5:51 warning threshold_idle'])
})

test('money without a bound is worth a note', () => {
  assert.deepEqual(found(page(`${asking}tools: { pay: { allowed: true } }`), [pay]), ['5:10 note money_unlimited'])
})

test('a citation that no tool can make possible is a warning', () => {
  const of = page(`${asking}tools: { pay: { allowed: true, max_amount_usd: 5, require_citation: true } }`)
  assert.deepEqual(found(of, [pay]), ['5:51 warning citation_impossible'])
  assert.deepEqual(found(of, [pay, { ...look, name: 'other', documents: () => [] }]), [
    '5:51 warning citation_impossible',
  ])
})

test('a page that hands runs over must say to whom', () => {
  const of = pageOf(
    'charter: 1\nagent: { name: a, stage: gated, escalation: { on_budget_exceeded: handoff_to_human } }',
  )
  assert.deepEqual(found(of), ['2:47 warning on_call_missing'])
})

test('a page that was made by hand, without places, is checked as well', () => {
  const [problem] = checkCharter({ ...page('knowledge: { sources: [x] }'), places: {} })
  assert.deepEqual(problem?.place, { file: 'charter', line: 1, column: 1 })
})
