import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { findApprovalMisuse } from '../policy/approval-use.ts'
import { compileCharter } from './compile.ts'
import { ask25, compile, finance, judge, of, refund, requestOf, requestRefund, said } from './compile-sample.test.ts'
import { loadCharter } from './load.ts'

test('stage draft asks all steps of a tool for every write, below its threshold too', () => {
  const rules = 'require_approval_over_usd: 25, approval: [ { from: finance, count: 2 }, { from: legal } ]'
  assert.equal(refund(rules, { ...of(1), stage: 'draft' }), 'ask finance 2, legal 1')
  assert.equal(refund(rules, { ...of(1), stage: 'gated' }), 'allow')
})

test('stage gated asks every time for a high-risk tool without a threshold, and stage auto does not', () => {
  assert.equal(refund(finance, of(1)), 'ask finance 1')
  assert.equal(refund(finance, { ...of(1), stage: 'auto' }), 'allow')
  const medium = compile(`update_record: { allowed: true, ${finance} }`)
  assert.equal(said(judge(medium, requestOf('update_record', { args: { customer: 'c' } }))), 'allow')
})

test('P3 a threshold asks above itself, at stage auto too, and signatures satisfy it', () => {
  for (const stage of ['gated', 'auto']) {
    assert.equal(refund(ask25, { ...of(2500), stage }), 'allow')
    assert.equal(refund(ask25, { ...of(2501), stage }), 'ask finance 1')
  }
  const compiled = compile(`request_refund: { allowed: true, ${ask25} }`)
  assert.equal(said(judge(compiled, requestOf('request_refund', of(2501)), { finance: 1 })), 'allow')
})

test('P4 a threshold with nobody to ask denies above it, and compiling warns of it', () => {
  const compiled = compile('request_refund: { allowed: true, require_approval_over_usd: 25 }')
  assert.equal(said(judge(compiled, requestOf('request_refund', of(2500)))), 'allow')
  assert.equal(
    said(judge(compiled, requestOf('request_refund', of(2501)), { finance: 9 })),
    'deny no_approver request_refund.require_approval_over_usd',
  )
  assert.deepEqual(
    compiled.problems.map(({ level, code, place }) => [level, code, place?.line]),
    [['warning', 'no_approver', 5]],
  )
})

test('P4 an asking that has no threshold denies too when there is nobody', () => {
  assert.equal(refund('', of(1)), 'deny no_approver request_refund.high_risk')
  assert.equal(
    refund('require_approval_over_usd: 25', { ...of(1), stage: 'draft' }),
    'deny no_approver request_refund.draft',
  )
})

test('the steps of a risk are asked where the tool names nobody', () => {
  const approvals = 'approvals: { high: [ { from: board, count: 2 } ], medium: [ { from: leads } ] }'
  assert.equal(refund('', of(1), { approvals }), 'ask board 2')
  const compiled = compile('update_record: { allowed: true }', { approvals })
  assert.equal(said(judge(compiled, requestOf('update_record', { args: {}, stage: 'draft' }))), 'ask leads 1')
})

test('the person whom the action names is asked under a name that Cedar must quote', () => {
  const rules = 'approval: [ { from: "subject:customer" }, { from: support-leads } ]'
  assert.equal(refund(rules, of(1)), 'ask subject:customer 1, support-leads 1')
})

test('steps of one group add up to one number', () => {
  assert.equal(refund('approval: [ { from: finance }, { from: finance } ]', of(1)), 'ask finance 1, finance 1')
})

test('P3 every generated policy keeps the rule that holds for written ones', () => {
  const compiled = compile(
    `request_refund: { allowed: true, max_amount_usd: 50, ${ask25} }\n  update_record: { allowed: true }`,
  )
  for (const { policies } of compiled.tools.values()) {
    for (const policy of policies.policies) assert.equal(findApprovalMisuse(policy), undefined)
  }
})

const fixtures = path.resolve(import.meta.dirname, '../../../shared/fixtures')
const skip = existsSync(fixtures) ? false : 'the shared fixtures are not beside this project'

test('P4 the public example asks for an approval and names nobody: above its threshold it denies', { skip }, () => {
  const text = readFileSync(path.join(fixtures, 'agent-policy.yaml'), 'utf8')
  const { page } = loadCharter({ file: 'agent-policy.yaml', text, readFile: () => undefined })
  const issueRefund = { ...requestRefund, name: 'issue_refund' }
  const compiled = compileCharter(page, [issueRefund])
  const ask = (minor: number) =>
    said(judge(compiled, { ...requestOf('issue_refund', { ...of(minor), citations: 1 }), agent: page.agent.name }))
  assert.equal(ask(2500), 'allow')
  assert.equal(ask(2501), 'deny no_approver issue_refund.require_approval_over_usd')
  assert.equal(ask(5001), 'deny denied_by_policy issue_refund.max_amount_usd, issue_refund.require_approval_over_usd')
  assert.ok(compiled.problems.some(({ code }) => code === 'no_approver'))
})
