import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCharter } from './load.ts'
import { narrowerPage } from './narrower-page.ts'

const pageOf = (stage: string, refund: string) =>
  loadCharter({
    file: 'billing.charter.yaml',
    text: `charter: 1\nagent: { name: a, stage: ${stage} }\ntools: { refund: ${refund} }\n`,
    readFile: () => undefined,
  }).page

const pinned = pageOf('gated', '{ allowed: true, max_amount_usd: 50 }')

test('P5 a rule is shown as the page has it that allows less: a narrowing decides, a widening does not', () => {
  const lower = pageOf('gated', '{ allowed: true, max_amount_usd: 20 }')
  const higher = pageOf('gated', '{ allowed: true, max_amount_usd: 90 }')
  assert.equal(narrowerPage(pinned, lower, 'refund.max_amount_usd'), lower)
  assert.equal(narrowerPage(pinned, higher, 'refund.max_amount_usd'), pinned)
})

test('a rule that stands on one page alone is shown as it stands there', () => {
  const without = pageOf('gated', '{ allowed: true }')
  const more = pageOf('gated', '{ allowed: true, max_amount_usd: 50, require_citation: true }')
  assert.equal(narrowerPage(pinned, without, 'refund.max_amount_usd'), pinned)
  assert.equal(narrowerPage(pinned, more, 'refund.require_citation'), more)
})

test('each rule has its own answer, and one that both pages say alike is the pinned one', () => {
  const mixed = pageOf('draft', '{ allowed: true, max_amount_usd: 90 }')
  assert.equal(narrowerPage(pinned, mixed, 'agent.stage'), mixed)
  assert.equal(narrowerPage(pinned, mixed, 'refund.max_amount_usd'), pinned)
  assert.equal(narrowerPage(pinned, mixed, 'refund.allowed'), pinned)
})

test('a limit of which one part was tightened decides as it stands now', () => {
  const limit = (max: number) =>
    pageOf('gated', `{ allowed: true, limits: { amount_usd: { per: customer, within: 24h, max: ${max} } } }`)
  const [before, now] = [limit(100), limit(40)]
  assert.equal(narrowerPage(before, now, 'refund.limits.amount_usd'), now)
})
