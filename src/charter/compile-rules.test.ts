import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyContext } from '../policy/request.ts'
import { ask25, compile, getInvoice, judge, of, refund, requestOf, said } from './compile-sample.test.ts'

test('a permit is for the agent of the page alone', () => {
  const compiled = compile('get_invoice: { allowed: true }')
  assert.equal(said(judge(compiled, { ...requestOf('get_invoice'), agent: 'other' })), 'deny denied_by_policy ')
})

test('a tool that is not allowed, or forbidden by its risk, is refused whatever a Cedar file permits', () => {
  const cedar = 'permit (principal, action, resource);'
  const compiled = compile('get_invoice: { allowed: false }\n  request_refund: { allowed: true, risk: forbidden }', {
    cedar,
  })
  assert.equal(said(judge(compiled, requestOf('get_invoice'))), 'deny denied_by_policy get_invoice.allowed')
  assert.equal(said(judge(compiled, requestOf('request_refund'))), 'deny denied_by_policy request_refund.risk')
})

test('P6 a tool with a key that nothing enforces is not callable, and says which key', () => {
  const compiled = compile('get_invoice: { allowed: true, mode: parameterized_only }')
  assert.equal(said(judge(compiled, requestOf('get_invoice'))), 'deny not_enforced get_invoice.not_enforced')
  assert.match(compiled.policiesOf(getInvoice).policies[0]?.says ?? '', /asks for mode, which nothing enforces yet/)
})

test('a page may raise a risk and never lower it', () => {
  const compiled = compile(
    'update_record: { allowed: true, risk: high }\n  request_refund: { allowed: true, risk: low }',
  )
  assert.equal(compiled.tools.get('update_record')?.risk, 'high')
  assert.equal(compiled.tools.get('request_refund')?.risk, 'high')
})

test('stage observe lets reads through, and neither writes nor reads that send data out', () => {
  const compiled = compile(
    'get_invoice: { allowed: true }\n  search_web: { allowed: true }\n  update_record: { allowed: true }',
  )
  const at = (tool: string, stage: string) => said(judge(compiled, requestOf(tool, { stage })))
  assert.equal(at('get_invoice', 'observe'), 'allow')
  assert.equal(at('search_web', 'observe'), 'deny denied_by_stage search_web.stage')
  assert.equal(at('update_record', 'observe'), 'deny denied_by_stage update_record.stage')
  assert.equal(at('get_invoice', 'unheard of'), 'deny denied_by_stage get_invoice.stage')
})

test('P2 an amount above the most, below nothing, or in another currency is refused', () => {
  const rules = `max_amount_usd: 50, ${ask25}`
  assert.equal(refund(rules, { ...of(5000), approvals: {} }), 'ask finance 1')
  for (const bad of [of(5001), of(-1), of(1, 'eur')]) {
    assert.equal(refund(rules, bad), 'deny denied_by_policy request_refund.max_amount_usd')
  }
})

test('an optional amount that is left out never passes a bound, since nobody knows what the vendor makes of it', () => {
  const compiled = compile('update_record: { allowed: true, max_amount_usd: 5 }')
  const update = (args: PolicyContext['args']) => said(judge(compiled, requestOf('update_record', { args })))
  assert.equal(update({ customer: 'c', credit: { minor: 500, currency: 'usd' } }), 'allow')
  assert.equal(update({ customer: 'c' }), 'deny denied_by_policy update_record.max_amount_usd')
})

const facts: [string, Partial<PolicyContext>, string][] = [
  ['require_citation: true', { citations: 1 }, 'deny citation_missing request_refund.require_citation'],
  ['require_intent: true', { intent: true }, 'deny intent_missing request_refund.require_intent'],
  ['subject: invoice', { granted: true }, 'deny grant_invalid request_refund.subject'],
]

for (const [rule, held, refused] of facts) {
  test(`\`${rule}\` refuses until it is so`, () => {
    const rules = `${rule}, ${ask25}`
    assert.equal(refund(rules), refused)
    assert.equal(refund(rules, held), 'allow')
  })
}

test('a business key is taken by what was committed, is in flight or is unknown', () => {
  const rules = `once: { per: invoice, within: 30d }, ${ask25}`
  assert.equal(refund(rules), 'allow')
  assert.equal(refund(rules, { once: 1 }), 'deny business_key_taken request_refund.once')
})

test('an argument takes the values that the page names, an absent one none of them', () => {
  const compiled = compile('update_record: { allowed: true, within: { tier: [1, 2], tags: [new, old] } }')
  const update = (args: PolicyContext['args']) => said(judge(compiled, requestOf('update_record', { args })))
  assert.equal(update({ customer: 'c', tier: 2, tags: ['old'] }), 'allow')
  assert.equal(update({ customer: 'c', tier: 3, tags: [] }), 'deny denied_by_policy update_record.within.tier')
  assert.equal(
    update({ customer: 'c', tier: 1, tags: ['old', 'x'] }),
    'deny denied_by_policy update_record.within.tags',
  )
  assert.equal(update({ customer: 'c', tags: ['old'] }), 'deny denied_by_policy update_record.within.tier')
})

test('a call carries the fields that the page names and no others', () => {
  const compiled = compile('update_record: { allowed: true, allowed_fields: [email, tier] }')
  const update = (fields: string[]) => said(judge(compiled, requestOf('update_record', { fields })))
  assert.equal(update(['tier']), 'allow')
  assert.equal(update(['tier', 'credit']), 'deny denied_by_policy update_record.allowed_fields')
})
