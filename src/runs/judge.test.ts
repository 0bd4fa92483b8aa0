import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pageText } from '../../test/page-text.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { compileCharter } from '../charter/compile.ts'
import { loadCharter } from '../charter/load.ts'
import type { Json } from '../json.ts'
import type { GrantRow, StopRow } from '../ledger/reads.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { stopLevels } from '../stops/stop.ts'
import type { Gathered } from './gathered.ts'
import { judge, type Live, type Question } from './judge.ts'

const tools = [...refundTools('http://127.0.0.1:1')]
const toolNamed = (name: string) => tools.find((tool) => tool.name === name) ?? assert.fail(name)
const evaluator = createEvaluator()

type Parts = { readonly [key: string]: Json }
const charterOf = (parts: Parts = {}) =>
  compileCharter(loadCharter({ file: 'page.yaml', text: pageText(parts), readFile: () => undefined }).page, tools)

const refundRules = (rules: Parts, more: Parts = {}) => charterOf({ tools: { request_refund: rules }, ...more })

const gathered: Gathered = {
  input: { invoice: 'in_1', amount: { minor: 1_000, currency: 'usd' }, reason: '' },
  subjects: [{ kind: 'invoice', id: 'in_1' }],
  refs: [
    { kind: 'invoice', id: 'invoice:a' },
    { kind: 'customer', id: 'customer:b' },
  ],
  facts: { paid: { minor: 10_000, currency: 'usd' }, refunded: { minor: 0, currency: 'usd' } },
  fields: ['amount', 'reason'],
  check: { tool: 'request_refund@1', input: '', verdict: true },
  citations: 0,
  intentHolds: false,
  unread: [],
}

const usual = charterOf()
const question: Question = {
  agent: 'refunds',
  environment: 'dev',
  requester: 'ada@acme.example',
  tool: toolNamed('request_refund'),
  dryRun: false,
  gathered,
  pinned: usual,
  inForce: usual,
  refusedBefore: undefined,
}

const grant: GrantRow = {
  grant: 'grant_1',
  parent: null,
  agent: 'refunds',
  environment: 'dev',
  until: null,
  revoked: null,
  uses: null,
  terms: '{}',
  on_behalf_of: null,
}

const live: Live = {
  now: 1_000,
  stops: [],
  grants: [grant],
  moved: {},
  limits: { pinned: {}, inForce: {} },
  brokenBound: undefined,
  unresolved: false,
  holders: { pinned: 0, inForce: 0 },
  signatures: {},
  breakerOpen: false,
}

const judged = (about: Partial<Question> = {}, at: Partial<Live> = {}) =>
  judge(evaluator, { ...question, ...about }, { ...live, ...at })

const refundOf = (dollars: number) => ({
  gathered: { ...gathered, input: { ...gathered.input, amount: { minor: dollars * 100, currency: 'usd' } } },
})
const stop = (level: StopRow['level'], scope = 'everything', value = ''): StopRow => ({
  stop: value === '' ? scope : `dev:${scope}:${value}`,
  scope,
  value,
  level,
  by: 'ops@acme.example',
  since: 0,
  environment: value === '' ? '' : 'dev',
})

test('what the page allows is allowed, with the rule that allowed it', () => {
  const { decision, rules } = judged()
  assert.equal(decision, 'allow')
  assert.deepEqual(rules, ['request_refund.allowed'])
})

test('what the page does not name is denied', () => {
  const without = charterOf({ tools: { request_refund: null } })
  assert.equal(judged({ pinned: without, inForce: without }).decision, 'deny')
})

test('above its threshold a refund is put to people, whom the page names', () => {
  const { decision, asks } = judged(refundOf(60))
  assert.equal(decision, 'ask')
  assert.deepEqual(asks, [{ from: 'finance', count: 1, expires_in_ms: 4 * 3_600_000 }])
  assert.equal(judged(refundOf(60), { signatures: { finance: 1 } }).decision, 'allow')
  assert.equal(judged(refundOf(60), { signatures: { support: 1 } }).decision, 'ask')
})

test('D1 what people refused is refused again, before anything else is looked at', () => {
  const again = judged({ refusedBefore: 'approval_denied' }, { signatures: { finance: 1 } })
  assert.deepEqual([again.decision, again.code, again.rules], ['deny', 'denied_before', ['approval_denied']])
})

test('a page that only observes writes nothing, and still reads', () => {
  const observing = charterOf({ agent: { stage: 'observe' } })
  const pages = { pinned: observing, inForce: observing }
  assert.equal(judged(pages).code, 'denied_by_stage')
  assert.equal(judged({ ...pages, tool: toolNamed('get_invoice') }).decision, 'allow')
})

test('a page that only drafts asks for every write', () => {
  const drafting = charterOf({ agent: { stage: 'draft' } })
  assert.equal(judged({ pinned: drafting, inForce: drafting }).decision, 'ask')
})

test('a stop lowers the stage of what it covers, and names itself', () => {
  const observed = judged({}, { stops: [stop('observe', 'tool', 'request_refund')] })
  assert.deepEqual([observed.code, observed.rules], ['stopped', ['stop.dev:tool:request_refund']])
  assert.equal(judged({}, { stops: [stop('draft', 'risk', 'high')] }).decision, 'ask')
  assert.equal(judged({}, { stops: [stop('observe', 'tool', 'add_note')] }).decision, 'allow')
  assert.equal(judged({}, { stops: [stop('observe', 'agent', 'another')] }).decision, 'allow')
})

test('a stop of level abort ends reads too', () => {
  const about = { tool: toolNamed('get_invoice') }
  assert.equal(judged(about, { stops: [stop('abort')] }).code, 'stopped')
  assert.equal(judged(about, { stops: [stop('observe')] }).decision, 'allow')
})

test('the risk that a page raises is the one that a stop on risk covers', () => {
  const raised = charterOf({
    tools: { add_note: { risk: 'high', approval: [{ from: 'leads', count: 1, expires_in: '1h' }] } },
  })
  const about = { tool: toolNamed('add_note'), pinned: raised, inForce: raised }
  assert.equal(judged(about, { stops: [stop('observe', 'risk', 'high')] }).code, 'stopped')
  assert.equal(judged({ tool: about.tool }, { stops: [stop('observe', 'risk', 'high')] }).decision, 'allow')
})

test('without a grant that covers it nothing happens', () => {
  for (const grants of [
    [],
    [{ ...grant, revoked: 1 }],
    [{ ...grant, until: 1_000 }],
    [{ ...grant, agent: 'another' }],
    [{ ...grant, environment: 'prod' }],
    [{ ...grant, terms: '{"tools":["get_invoice"]}' }],
    [{ ...grant, terms: '{"subjects":{"invoice":["invoice:z"]}}' }],
    [{ ...grant, terms: '{"limits":{"request_refund":{"pages":5}}}' }],
  ])
    assert.equal(judged({}, { grants }).code, 'grant_invalid')
})

test('D13 a revoked ancestor takes the grant away', () => {
  const below = { ...grant, parent: 'grant_0' }
  const above = { ...grant, grant: 'grant_0' }
  assert.equal(judged({}, { grants: [below, above] }).decision, 'allow')
  assert.equal(judged({}, { grants: [below, { ...above, revoked: 5 }] }).code, 'grant_invalid')
})

test('D13 a bound of the grant that would be broken refuses, and is no matter for a dry run', () => {
  const bound = { brokenBound: 'uses:grant_1' }
  assert.deepEqual(judged({}, bound).rules, ['uses:grant_1'])
  assert.equal(judged({ dryRun: true }, bound).decision, 'allow')
})

test('where the page wants the grant to name the subject, a grant that names none is not enough', () => {
  const named = refundRules({ subject: 'invoice' })
  const pages = { pinned: named, inForce: named }
  assert.equal(judged(pages).decision, 'deny')
  const naming = { grants: [{ ...grant, terms: '{"subjects":{"invoice":["invoice:a"]}}' }] }
  assert.equal(judged(pages, naming).decision, 'allow')
})

test('D10 while the breaker is open the model is told what to use instead', () => {
  const withFallback = refundRules({ fallback: 'add_note' })
  const { code, detail } = judged({ pinned: withFallback, inForce: withFallback }, { breakerOpen: true })
  assert.deepEqual([code, detail], ['breaker_open', 'use `add_note` meanwhile'])
})

test('the tool’s own refusal is a refusal, in its own words', () => {
  const check = { tool: 'request_refund@1', input: '', verdict: 'more than was paid' }
  const { code, rules, detail } = judged({ gathered: { ...gathered, check } })
  assert.deepEqual([code, rules, detail], ['denied_by_check', ['request_refund.check'], 'more than was paid'])
})

test('evidence that was not read in the run is named', () => {
  const citing = refundRules({ require_intent: true })
  const unread = [{ kind: 'document', id: 'doc_9' }]
  const { code, detail } = judged({ pinned: citing, inForce: citing, gathered: { ...gathered, unread } })
  assert.deepEqual([code, detail], ['evidence_unread', 'not read in this run: document doc_9'])
})

test('P5 a narrowing of the page in force bites an open run', () => {
  const narrowed = refundRules({ max_amount_usd: 5 })
  assert.equal(judged({ inForce: narrowed }).decision, 'deny')
  assert.equal(judged({ inForce: charterOf({ agent: { stage: 'observe' } }) }).code, 'denied_by_stage')
})

test('P5 a widening never reaches an open run', () => {
  const narrow = refundRules({ max_amount_usd: 5 })
  assert.equal(judged({ pinned: narrow }).decision, 'deny')
  assert.equal(judged({ pinned: charterOf({ agent: { stage: 'observe' } }) }).code, 'denied_by_stage')
})

test('P5 where both pages ask, the askings merge, by group the larger count', () => {
  const finance = (count: number) => refundRules({ approval: [{ from: 'finance', count, expires_in: '1h' }] })
  const { asks } = judged({ ...refundOf(60), pinned: finance(1), inForce: finance(2) })
  assert.deepEqual(asks, [{ from: 'finance', count: 2, expires_in_ms: 3_600_000 }])
})

test('each page’s limits are held against the sums of its own windows', () => {
  const limited = refundRules({ limits: { amount_usd: { per: 'customer', within: '24h', max: 100 } } })
  const about = { pinned: limited, inForce: limited }
  const moved = (pinned: number, inForce: number) => ({
    limits: { pinned: { amount_usd: pinned }, inForce: { amount_usd: inForce } },
  })
  assert.equal(judged(about, moved(9_000, 9_000)).decision, 'allow')
  assert.equal(judged(about, moved(9_001, 0)).decision, 'deny')
  assert.equal(judged(about, moved(0, 9_001)).decision, 'deny')
})

test('D8 a business key that another effect holds refuses', () => {
  const once = refundRules({ once: { per: 'invoice', within: '30d' } })
  const about = { pinned: once, inForce: once }
  assert.equal(judged(about, { holders: { pinned: 0, inForce: 0 } }).decision, 'allow')
  assert.equal(judged(about, { holders: { pinned: 1, inForce: 0 } }).decision, 'deny')
  assert.equal(judged(about, { holders: { pinned: 0, inForce: 1 } }).decision, 'deny')
})

const order: readonly string[] = ['allow', 'ask', 'deny']
const severity = ({ decision }: { decision: string }) => order.indexOf(decision)
const someStops = fc.array(
  fc
    .tuple(fc.constantFrom(...stopLevels), fc.constantFrom('everything', 'agent', 'tool', 'risk'))
    .map(([level, scope]) =>
      stop(level, scope, { everything: '', agent: 'refunds', tool: 'request_refund', risk: 'high' }[scope] ?? ''),
    ),
  { maxLength: 4 },
)

test('one stop more, a lower stage or a page with less never lets more happen', () => {
  fc.assert(
    fc.property(someStops, fc.constantFrom(...stopLevels), fc.constantFrom(10, 60), (stops, level, dollars) => {
      const before = judged(refundOf(dollars), { stops })
      assert.ok(severity(judged(refundOf(dollars), { stops: [...stops, stop(level)] })) >= severity(before))
      assert.ok(
        severity(judged({ ...refundOf(dollars), inForce: refundRules({ max_amount_usd: 5 }) }, { stops })) >=
          severity(before),
      )
    }),
    { numRuns: 30 },
  )
})

test('judged twice on the same, an action gets the same decision', () => {
  assert.deepEqual(judged(refundOf(60)), judged(refundOf(60)))
})
