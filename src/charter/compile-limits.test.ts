import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { defineTool } from '../tools/define-tool.ts'
import { money } from '../tools/money.ts'
import { tryCompile } from './compile.ts'
import {
  ask25,
  compile,
  finance,
  getInvoiceLike,
  judge,
  of,
  pageOf,
  refund,
  requestOf,
  requestRefund,
  said,
} from './compile-sample.test.ts'

test('a limit counts what was moved before and this amount, up to its very end', () => {
  const rules = `limits: { amount_usd: { per: customer, within: 24h, max: 100 } }, ${ask25}`
  assert.equal(refund(rules, { limits: { amount_usd: 8000 } }), 'allow')
  assert.equal(refund(rules, { limits: { amount_usd: 8001 } }), 'deny limit_exceeded request_refund.limits.amount_usd')
  assert.equal(refund(rules, { limits: {} }), 'deny policy_error ')
})

test('a limit sums the one money argument of the tool, whatever its name, and refuses one that stands deeper', () => {
  const limits = 'limits: { amount_usd: { per: customer, within: 24h, max: 100 } }'
  const { tools: compiled } = compile(`update_record: { allowed: true, ${limits} }`)
  assert.equal(compiled.get('update_record')?.limits.amount_usd?.measure, 'credit')
  const inputSchema = z.strictObject({ invoice: z.string(), refund: z.strictObject({ sum: money('usd') }) })
  const nested = { ...requestRefund, input: defineTool({ ...getInvoiceLike('x'), inputSchema }).input }
  const { problems } = tryCompile(pageOf(`request_refund: { allowed: true, ${limits}, ${finance} }`), [nested])
  assert.match(problems[0]?.message ?? '', /`refund\.sum` of `request_refund` stands inside another argument/)
})

test('a negative amount does not make room under a limit', () => {
  const rules = `limits: { amount_usd: { per: customer, within: 24h, max: 100 } }, ${ask25}`
  const signed = judge(compile(`request_refund: { allowed: true, ${rules} }`), requestOf('request_refund', of(-1)), {
    finance: 1,
  })
  assert.equal(said(signed), 'deny limit_exceeded request_refund.limits.amount_usd')
})

test('a number of calls and a rate are limits too, the rate that the vendor declares among them', () => {
  const compiled = compile(
    'get_invoice: { allowed: true, rate: 10/min, limits: { calls: { per: invoice, within: 1d, max: 3 } } }',
  )
  const read = (limits: Record<string, number>) => said(judge(compiled, requestOf('get_invoice', { limits })))
  assert.equal(read({ calls: 2, rate: 9, vendor_rate: 4 }), 'allow')
  assert.equal(read({ calls: 3, rate: 0, vendor_rate: 0 }), 'deny limit_exceeded get_invoice.limits.calls')
  assert.equal(read({ calls: 0, rate: 10, vendor_rate: 0 }), 'deny rate_limited get_invoice.rate')
  assert.equal(read({ calls: 0, rate: 0, vendor_rate: 5 }), 'deny rate_limited get_invoice.vendor_rate')
  assert.deepEqual(Object.keys(compiled.tools.get('get_invoice')?.limits ?? {}), ['calls', 'rate', 'vendor_rate'])
})

test('a dry run needs no approval and no room under a limit, and everything else', () => {
  const rules = `max_amount_usd: 50, limits: { calls: { per: customer, within: 1d, max: 0 } }, rate: 1/min, ${ask25}`
  const spent = { limits: { calls: 9, rate: 9 }, dryRun: true }
  assert.equal(refund(rules, { ...of(4000), ...spent, stage: 'draft' }), 'allow')
  assert.equal(refund(rules, { ...of(6000), ...spent }), 'deny denied_by_policy request_refund.max_amount_usd')
  assert.equal(refund(rules, { ...of(1), ...spent, stage: 'observe' }), 'deny denied_by_stage request_refund.stage')
})
