import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { compareCharters, type PageChange } from './compare.ts'
import { listKeys } from './list-keys.ts'
import { loadCharter } from './load.ts'
import type { Page } from './page.ts'

const sample = readFileSync(path.join(import.meta.dirname, 'sample.charter.yaml'), 'utf8')
const files: Record<string, string> = {
  './billing.prompt.md': 'Help.',
  './refunds.cedar': '',
  'a.md': 'A',
  'b.md': 'B',
}

function pageOf(text: string, others: Record<string, string> = {}): Page {
  return loadCharter({ file: 'billing.charter.yaml', text, readFile: (file) => ({ ...files, ...others })[file] }).page
}

const head = 'charter: 1\nagent: { name: a, stage: gated }\n'
const agent = (keys: string) => `charter: 1\nagent: { name: a, stage: gated, ${keys} }\n`
const tool = (rules: string) => `${head}tools: { pay: { allowed: true, ${rules} } }\n`
const approval = (steps: string) => `approval: [ ${steps} ]`
const once = (per: string, within: string) => tool(`once: { per: ${per}, within: ${within} }`)
const sum = (per: string, within: string, max: string) =>
  tool(`limits: { amount_usd: { per: ${per}, within: ${within}, max: ${max} } }`)
const calls = (per: string, within: string, max: string) =>
  tool(`limits: { calls: { per: ${per}, within: ${within}, max: ${max} } }`)
const rule = (condition: string, action = 'halt') =>
  `${head}escalation_rules: [ { if: "${condition}", action: ${action} } ]\n`

/** For each key a page that allows less and one that allows more: from the one to the other widens, and back narrows. */
const scales: Readonly<Record<string, readonly [less: string, more: string]>> = {
  'agent.stage': ['charter: 1\nagent: { name: a, stage: draft }', 'charter: 1\nagent: { name: a, stage: auto }'],
  'agent.on_behalf_of': [agent('on_behalf_of: required'), agent('on_behalf_of: optional')],
  'agent.max_wall_clock_seconds': [agent('max_wall_clock_seconds: 60'), agent('max_wall_clock_seconds: 90')],
  'agent.max_steps': [agent('max_steps: 7'), agent('max_steps: 8')],
  'agent.max_tool_calls': [agent('max_tool_calls: 7'), head],
  'agent.max_prompt_tokens': [agent('max_prompt_tokens: 7'), agent('max_prompt_tokens: 8')],
  'agent.max_completion_tokens': [agent('max_completion_tokens: 7'), agent('max_completion_tokens: 8')],
  'agent.max_cost_usd': [agent('max_cost_usd: 0.75'), agent('max_cost_usd: 0.750001')],
  'agent.escalation.on_budget_exceeded': [head, agent('escalation: { on_budget_exceeded: ask_requester }')],
  'agent.escalation.on_tool_error_retries_exhausted': [
    agent('escalation: { on_tool_error_retries_exhausted: halt }'),
    agent('escalation: { on_tool_error_retries_exhausted: handoff_to_human }'),
  ],
  'agent.per_step.tool_calls': [agent('per_step: { tool_calls: 2 }'), head],
  'agent.per_step.retries': [agent('per_step: { retries: 0 }'), head],
  'agent.budgets.day.cost_usd': [agent('budgets: { day: { cost_usd: 40 } }'), head],
  'agent.budgets.session.cost_usd': [
    agent('budgets: { session: { cost_usd: 1 } }'),
    agent('budgets: { session: { cost_usd: 2 } }'),
  ],
  escalation_rules: [rule('tool_error_rate > 0.1'), rule('tool_error_rate > 0.2')],
  'approvals.low': [
    `${head}approvals: { low: [ { from: f, count: 2 } ] }`,
    `${head}approvals: { low: [ { from: f, count: 1 } ] }`,
  ],
  'approvals.medium': [
    `${head}approvals: { medium: [ { from: f, expires_in: 1h } ] }`,
    `${head}approvals: { medium: [ { from: f, expires_in: 2h } ] }`,
  ],
  'approvals.high': [head, `${head}approvals: { high: [ { from: f } ] }`],
  'tools.*': [head, tool('')],
  'tools.*.allowed': [`${head}tools: { pay: { allowed: false } }`, tool('')],
  'tools.*.risk': [tool('risk: high'), tool('risk: medium')],
  'tools.*.subject': [tool('subject: invoice'), tool('')],
  'tools.*.max_amount_*': [tool('max_amount_usd: 50'), tool('max_amount_usd: 50.01')],
  'tools.*.require_approval_over_*': [tool('require_approval_over_usd: 25'), tool('require_approval_over_usd: 30')],
  'tools.*.require_citation': [tool('require_citation: true'), tool('')],
  'tools.*.require_intent': [tool('require_intent: true'), tool('require_intent: false')],
  'tools.*.once': [once('invoice', '30d'), tool('')],
  'tools.*.once.within': [once('invoice', '30d'), once('invoice', '29d')],
  'tools.*.approval': [tool(approval('{ from: f }, { from: f }')), tool(approval('{ from: f }'))],
  'tools.*.limits.calls': [calls('payee', '1d', '3'), tool('')],
  'tools.*.limits.calls.within': [calls('payee', '2d', '3'), calls('payee', '1d', '3')],
  'tools.*.limits.calls.max': [calls('payee', '1d', '3'), calls('payee', '1d', '4')],
  'tools.*.limits.amount_*': [sum('payee', '1d', '3'), tool('')],
  'tools.*.limits.amount_*.within': [sum('payee', '2d', '3'), sum('payee', '1d', '3')],
  'tools.*.limits.amount_*.max': [sum('payee', '1d', '3'), sum('payee', '1d', '3.01')],
  'tools.*.within.*': [tool('within: { to: [x] }'), tool('within: { to: [y, x] }')],
  'tools.*.allowed_fields': [tool('allowed_fields: [to]'), tool('allowed_fields: [to, amount]')],
  'tools.*.rate': [tool('rate: 10/min'), tool('rate: 11/min')],
  'tools.*.accept_conflict': [tool(''), tool('accept_conflict: we looked')],
  'tools.*.mode': [tool('mode: x'), tool('')],
  'tools.*.row_level_security': [tool('row_level_security: true'), tool('')],
  'tools.*.tainted': [tool('tainted: { to: deny }'), tool('')],
  'tools.*.tainted.*': [tool('tainted: { to: deny }'), tool('tainted: { to: ask }')],
  'models.escalate': [`${head}models: { escalate: x }`, head],
  knowledge: [`${head}knowledge: { sources: [x] }`, head],
  'knowledge.max_age': [`${head}knowledge: { max_age: 1d }`, `${head}knowledge: { max_age: 2d }`],
  'logging.trace_id': [`${head}logging: { trace_id: false }`, `${head}logging: { trace_id: true }`],
  environment: [`${head}environment: prod`, head],
  policies: [`${head}policies: [forbid.cedar]`, head],
}

/** Keys of which any change counts as widening, there and back: nobody can say which value allows more. */
const unknowable: Readonly<Record<string, readonly [string, string]>> = {
  'agent.name': [head, head.replace('name: a', 'name: b')],
  'tools.*.once.per': [once('invoice', '1d'), once('payee', '1d')],
  'tools.*.limits.calls.per': [calls('invoice', '1d', '3'), calls('payee', '1d', '3')],
  'tools.*.limits.amount_*.per': [sum('invoice', '1d', '3'), sum('payee', '1d', '3')],
  'knowledge.sources': [`${head}knowledge: { sources: [a] }`, `${head}knowledge: { sources: [b] }`],
}

/** Keys that say nothing of what the agent may do; a change of them is told all the same. */
const harmless: Readonly<Record<string, readonly [string, string]>> = {
  'logging.store_prompts': [`${head}logging: { store_prompts: 30_days }`, `${head}logging: { store_prompts: 90_days }`],
  'logging.store_tool_metadata': [
    `${head}logging: { store_tool_metadata: 30_days }`,
    `${head}logging: { store_tool_metadata: 90_days }`,
  ],
  charter: [head, head.replace('charter: 1\n', '')],
  'agent.owner': [head, agent('owner: ada')],
  'agent.purpose': [head, agent('purpose: x')],
  prompt: [`${head}prompt: a.md`, `${head}prompt: b.md`],
  on_call: [head, `${head}on_call: people`],
  'models.default': [`${head}models: { default: x }`, `${head}models: { default: y }`],
  'tools.*.fallback': [tool(''), tool('fallback: other')],
  outcome: [`${head}outcome: { name: x }`, head],
  slo: [`${head}slo: { success: 0.9 }`, head],
  'outcome.name': [`${head}outcome: { name: x }`, `${head}outcome: { name: y }`],
  'outcome.verify': [`${head}outcome: { name: x }`, `${head}outcome: { name: x, verify: y }`],
  'outcome.unsafe': [`${head}outcome: { name: x }`, `${head}outcome: { name: x, unsafe: [y] }`],
  'slo.success': [`${head}slo: { success: 0.9 }`, `${head}slo: { success: 0.8 }`],
  'slo.policy_violations': [`${head}slo: { }`, `${head}slo: { policy_violations: 0.8 }`],
  'slo.p95_ms': [`${head}slo: { p95_ms: 1 }`, `${head}slo: { p95_ms: 2 }`],
  'slo.cost_per_outcome_usd': [`${head}slo: { cost_per_outcome_usd: 1 }`, `${head}slo: { cost_per_outcome_usd: 2 }`],
  'logging.log_tool_args': [head, `${head}logging: { log_tool_args: redact_pii }`],
}

/** Mappings of which only the keys below them change. */
const onlyTheirParts = [
  'agent',
  'agent.escalation',
  'agent.per_step',
  'agent.budgets',
  'agent.budgets.day',
  'agent.budgets.session',
  'models',
  'approvals',
  'tools',
  'tools.*.limits',
  'tools.*.within',
  'logging',
]

const pages = (texts: readonly [string, string]): [Page, Page] => {
  const others = { 'forbid.cedar': 'forbid (principal, action, resource);' }
  return [pageOf(texts[0], others), pageOf(texts[1], others)]
}

function onlyChange(before: Page, after: Page): PageChange {
  const [change, ...rest] = compareCharters(before, after)
  assert.deepEqual(rest, [])
  assert.ok(change)
  return change
}

/** `tools.pay.max_amount_usd` is the key `tools.*.max_amount_*`. */
const keyOf = (changed: string) =>
  changed
    .replace(/^tools\.pay/, 'tools.*')
    .replace(/_usd(?=$|\.)/, (end, at) => (changed.startsWith('tools.') && at > 0 ? '_*' : end))
    .replace(/^(tools\.\*\.(within|tainted))\.to$/, '$1.*')

test('every key of the page has a rule, and each rule is tried below', () => {
  const tried = [...Object.keys(scales), ...Object.keys(unknowable), ...Object.keys(harmless), ...onlyTheirParts]
  const known = listKeys().map((key) => key.path)
  assert.deepEqual(tried.toSorted(), known.toSorted())
})

for (const [key, texts] of Object.entries(scales)) {
  test(`more at \`${key}\` widens, and less narrows`, () => {
    const [less, more] = pages(texts)
    const [up, down] = [onlyChange(less, more), onlyChange(more, less)]
    assert.equal(keyOf(up.path), key)
    assert.deepEqual([up.effect, down.effect], ['widens', 'narrows'])
    assert.deepEqual([up.before, up.after], [down.after, down.before])
  })
}

for (const [key, texts] of Object.entries(unknowable)) {
  test(`a change of \`${key}\` widens in either direction, because nobody can tell`, () => {
    const [one, other] = pages(texts)
    assert.equal(keyOf(onlyChange(one, other).path), key)
    assert.deepEqual([onlyChange(one, other).effect, onlyChange(other, one).effect], ['widens', 'widens'])
  })
}

for (const [key, texts] of Object.entries(harmless)) {
  test(`a change of \`${key}\` is told, and neither widens nor narrows`, () => {
    const [one, other] = pages(texts)
    assert.equal(keyOf(onlyChange(one, other).path), key)
    assert.deepEqual([onlyChange(one, other).effect, onlyChange(other, one).effect], ['neither', 'neither'])
  })
}

test('equal pages differ in nothing, however they are written', () => {
  assert.deepEqual(compareCharters(pageOf(sample), pageOf(sample)), [])
  const page = pageOf(tool('max_amount_usd: 50'))
  assert.deepEqual(compareCharters(page, pageOf(`# hello\n${tool('max_amount_usd: "50.00"')}`)), [])
})

test('a change says in a sentence what changed and why it counts as it does', () => {
  const [before, after] = [pageOf(tool('max_amount_usd: 50')), pageOf(tool('max_amount_usd: 60'))]
  assert.deepEqual(compareCharters(before, after), [
    {
      path: 'tools.pay.max_amount_usd',
      before: '50.00',
      after: '60.00',
      effect: 'widens',
      sentence: '`tools.pay.max_amount_usd` goes from `50.00` to `60.00`: widens, more is let through',
    },
  ])
})

test('the coming or going of a threshold counts as widening, because a high-risk tool without one always asks', () => {
  const [without, having] = [pageOf(tool('')), pageOf(tool('require_approval_over_usd: 25'))]
  assert.equal(onlyChange(without, having).effect, 'widens')
  assert.equal(onlyChange(having, without).effect, 'widens')
})

test('naming someone to ask widens a tool, because nobody could agree before', () => {
  const [without, having] = [pageOf(tool('')), pageOf(tool(approval('{ from: f }')))]
  assert.equal(onlyChange(without, having).effect, 'widens')
})

test('asking another group counts as widening, and asking one more group narrows', () => {
  const page = (steps: string) => pageOf(tool(approval(steps)))
  assert.equal(onlyChange(page('{ from: f }'), page('{ from: g }')).effect, 'widens')
  assert.equal(onlyChange(page('{ from: f }'), page('{ from: f }, { from: g }')).effect, 'narrows')
})

test('an amount in another currency is a bound dropped and a bound added', () => {
  const changes = compareCharters(pageOf(tool('max_amount_usd: 50')), pageOf(tool('max_amount_eur: 5')))
  assert.deepEqual(
    changes.map(({ path: changed, effect }) => [changed, effect]),
    [
      ['tools.pay.max_amount_usd', 'widens'],
      ['tools.pay.max_amount_eur', 'narrows'],
    ],
  )
})

test('a rate over another window counts as widening unless both its numbers are tighter', () => {
  const page = (rate: string) => pageOf(tool(`rate: ${rate}`))
  assert.equal(onlyChange(page('10/min'), page('9/h')).effect, 'narrows')
  assert.equal(onlyChange(page('10/min'), page('100/h')).effect, 'widens')
  assert.equal(onlyChange(page('10/h'), page('9/min')).effect, 'widens')
})

test('a further escalation rule narrows, and one of another metric side does not stand for it', () => {
  const two = `${rule('tool_error_rate > 0.1').replace(' } ]', ' }, { if: "tool_error_rate < 0.01", action: halt } ]')}`
  assert.equal(onlyChange(pageOf(rule('tool_error_rate > 0.1')), pageOf(two)).effect, 'narrows')
  const [over, under] = [pageOf(rule('tool_error_rate > 0.1')), pageOf(rule('tool_error_rate < 0.1'))]
  assert.equal(onlyChange(over, under).effect, 'widens')
})

test('a changed text behind a file name is told with its hash', () => {
  const page = (text: string) => pageOf(`${head}prompt: p.md`, { 'p.md': text })
  const change = onlyChange(page('Help.'), page('Hinder.'))
  assert.equal(change.path, 'prompt')
  assert.match(JSON.stringify(change.before), /^\{"file":"p.md","sha256":"[0-9a-f]{64}"\}$/)
  assert.notDeepEqual(change.before, change.after)
})

const permit = 'permit (principal, action, resource) when { context.dryRun };'
const forbid = 'forbid (principal, action, resource) when { context.citations < 1 };'

function policyChange(before: string, after: string): string {
  const page = (text: string) => pageOf(`${head}policies: [p.cedar]`, { 'p.cedar': text })
  return onlyChange(page(before), page(after)).effect
}

test('an added forbid or a removed permit narrows, and every other edit of a policy widens', () => {
  assert.equal(policyChange(permit, permit + forbid), 'narrows')
  assert.equal(policyChange(permit + forbid, forbid), 'narrows')
  assert.equal(policyChange(permit, forbid), 'narrows')
  assert.equal(policyChange(permit + forbid, permit), 'widens')
  assert.equal(policyChange(forbid, permit + forbid), 'widens')
  assert.equal(policyChange(forbid, forbid.replace('< 1', '< 2')), 'widens')
  assert.equal(policyChange(permit, permit.replace('when', 'unless')), 'widens')
  assert.equal(policyChange(forbid, `${forbid}permit (principal == ?principal, action, resource);`), 'widens')
})

test('a policy that is only written or placed otherwise widens nothing', () => {
  assert.equal(policyChange(permit + forbid, `// first\n${forbid}\n\n${permit}`), 'neither')
  const moved = pageOf(`${head}policies: [a.cedar, b.cedar]`, { 'a.cedar': permit, 'b.cedar': forbid })
  const one = pageOf(`${head}policies: [p.cedar]`, { 'p.cedar': permit + forbid })
  assert.equal(onlyChange(one, moved).effect, 'neither')
})

test('a policy that cannot be read counts as widening', () => {
  assert.equal(policyChange(permit, 'permit ('), 'widens')
  assert.equal(policyChange('permit (', permit), 'widens')
})

test('one of two equal forbids that goes is a forbid removed', () => {
  assert.equal(policyChange(forbid + forbid, forbid), 'widens')
})
