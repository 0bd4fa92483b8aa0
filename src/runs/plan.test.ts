import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageText } from '../../test/page-text.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { compileCharter } from '../charter/compile.ts'
import { loadCharter } from '../charter/load.ts'
import type { Json } from '../json.ts'
import type { GrantRow } from '../ledger/reads.ts'
import type { Gathered } from './gathered.ts'
import { planOf } from './plan.ts'

const tools = [...refundTools('http://127.0.0.1:1')]
const tool = tools.find(({ name }) => name === 'request_refund') ?? assert.fail()

const charterWith = (rules: { readonly [key: string]: Json }) => {
  const text = pageText({ tools: { request_refund: rules } })
  return compileCharter(loadCharter({ file: 'page.yaml', text, readFile: () => undefined }).page, tools)
}

const gathered: Gathered = {
  input: { invoice: 'in_1', amount: { minor: 1_000, currency: 'usd' }, reason: '' },
  subjects: [
    { kind: 'invoice', id: 'in_1' },
    { kind: 'customer', id: 'c_1' },
  ],
  refs: [
    { kind: 'invoice', id: 'invoice:a' },
    { kind: 'customer', id: 'customer:b' },
  ],
  facts: {},
  fields: [],
  check: { tool: 'request_refund@1', input: '', verdict: true },
  citations: 0,
  intentHolds: false,
  unread: [],
}
const planned = { environment: 'dev', tool, gathered, effect: 'run_1:1.1' }

const grant = (id: string, parent: string | null, terms = {}, uses: number | null = null): GrantRow => ({
  grant: id,
  parent,
  agent: 'refunds',
  environment: 'dev',
  until: null,
  revoked: null,
  uses,
  terms: JSON.stringify(terms),
  on_behalf_of: null,
})

const daily = { amount_usd: { per: 'customer', within: '24h', max: 100 } }

test('a limit moves what the argument says, for the subject that it counts by', () => {
  const { moves } = planOf([charterWith({ limits: daily })], [], planned)
  assert.deepEqual(moves, [{ key: 'dev:limit:request_refund:amount:customer:b', amount: 1_000 }])
})

test('a business key is moved once by its effect', () => {
  const { moves } = planOf([charterWith({ once: { per: 'invoice', within: '30d' } })], [], planned)
  assert.deepEqual(moves, [{ key: 'dev:once:request_refund:invoice:a', amount: 1 }])
})

test('a rate counts every call of the tool, whatever it touches', () => {
  const { moves } = planOf([charterWith({ rate: '10/min' })], [], planned)
  assert.deepEqual(moves, [{ key: 'dev:rate:request_refund', amount: 1 }])
})

test('what two pages limit alike is moved once, and read once', () => {
  const page = charterWith({ limits: daily })
  const { moves, windows } = planOf([page, page], [], planned)
  assert.deepEqual([moves.length, windows.length], [1, 1])
})

test('a page that counts over another window has a window of its own', () => {
  const monthly = { amount_usd: { per: 'customer', within: '30d', max: 500 } }
  const { moves, windows } = planOf([charterWith({ limits: daily }), charterWith({ limits: monthly })], [], planned)
  assert.deepEqual([moves.length, windows.length], [1, 2])
})

test('D4 no window counts the effect’s own reservation', () => {
  const bounded = grant('grant_1', null, { limits: { request_refund: { amount: 2_000 } } }, 3)
  const { windows } = planOf(
    [charterWith({ limits: daily, once: { per: 'invoice', within: '30d' } })],
    [bounded],
    planned,
  )
  assert.equal(windows.length, 4)
  assert.ok(windows.every(({ except }) => except === 'run_1:1.1'))
})

test('D13 an effect takes from its grant and from every grant above it', () => {
  const above = grant('grant_0', null, { limits: { request_refund: { amount: 5_000 } } })
  const below = grant('grant_1', 'grant_0', { limits: { request_refund: { amount: 2_000 } } }, 1)
  const { debited, granted, moves } = planOf([charterWith({})], [below, above], planned)
  assert.deepEqual(debited, [
    { key: 'uses:grant_1', amount: 1 },
    { key: 'grant:grant_1:request_refund:amount', amount: 1_000 },
    { key: 'grant:grant_0:request_refund:amount', amount: 1_000 },
  ])
  assert.deepEqual(moves, debited)
  assert.deepEqual(
    granted.map(({ max }) => max),
    [1, 2_000, 5_000],
  )
})

test('a tool that neither page limits moves nothing', () => {
  assert.deepEqual(planOf([charterWith({})], [grant('grant_1', null)], planned), {
    windows: [],
    moves: [],
    once: [],
    granted: [],
    debited: [],
  })
})
