/** What holds for every page, tried on random ones: it reads back, its hash is its content, and a narrowing narrows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromJSONSchema, z } from 'zod'
import { createEvaluator } from '../policy/evaluate.ts'
import type { PolicyRequest } from '../policy/request.ts'
import { defineTool } from '../tools/define-tool.ts'
import { money } from '../tools/money.ts'
import { compareCharters } from './compare.ts'
import { compileCharter } from './compile.ts'
import { describePage } from './describe.ts'
import { charterJsonSchemaText } from './json-schema.ts'
import { listKeys } from './list-keys.ts'
import { loadCharter } from './load.ts'
import type { Page } from './page.ts'

const files: Record<string, string> = {
  'forbid.cedar': 'forbid (principal, action, resource) when { context.citations < 1 };',
  'other.cedar': 'forbid (principal, action, resource) unless { context.intent };',
  'permit.cedar': 'permit (principal, action, resource) when { context.dryRun };',
  'a.md': 'Help {{ticket}}.',
  'b.md': 'Hinder.',
}
const load = (written: object): Page =>
  loadCharter({ file: 'a.yaml', text: JSON.stringify(written), readFile: (file) => files[file] }).page

const some = <Keys extends Record<string, fc.Arbitrary<unknown>>>(keys: Keys) => fc.record(keys, { requiredKeys: [] })
const oneOf = (...values: (string | number | boolean)[]) => fc.constantFrom(...values)
const subset = (...values: string[]) => fc.subarray(values)
const duration = oneOf('90s', '1h', '24h', '30d')
const dollars = fc.integer({ min: 0, max: 400 }).map((cents) => (cents / 100).toFixed(2))

const step = fc.record(
  { from: oneOf('f', 'g'), count: fc.integer({ min: 1, max: 2 }), expires_in: duration },
  { requiredKeys: ['from'] },
)
const steps = fc.array(step, { minLength: 1, maxLength: 3 })
const limit = (max: fc.Arbitrary<unknown>) => fc.record({ per: oneOf('payee', 'order'), within: duration, max })

const ruleValues: Record<string, fc.Arbitrary<unknown>> = {
  allowed: fc.constantFrom(true, true, true, false),
  risk: oneOf('high', 'forbidden'),
  subject: oneOf('payee', 'order'),
  max_amount_usd: dollars,
  require_approval_over_usd: dollars,
  require_citation: fc.boolean(),
  require_intent: fc.boolean(),
  once: fc.record({ per: oneOf('payee', 'order'), within: duration }),
  approval: steps,
  limits: some({ amount_usd: limit(dollars), calls: limit(fc.integer({ min: 0, max: 3 })) }),
  within: some({ to: subset('x', 'y') }),
  allowed_fields: subset('to', 'amount', 'note'),
  rate: oneOf('1/min', '2/min', '2/h'),
  fallback: oneOf('look', 'other'),
  accept_conflict: oneOf('yes', 'no'),
}
const toolRules = some(ruleValues)
const unenforcedRules = some({
  mode: oneOf('x', 'y'),
  row_level_security: fc.boolean(),
  tainted: some({ to: oneOf('deny', 'ask', 'allow') }),
})

const agent = some({
  owner: oneOf('ada', 'bob'),
  purpose: oneOf('Pay.', 'Two\nlines.'),
  on_behalf_of: oneOf('required', 'optional'),
  max_wall_clock_seconds: fc.integer({ min: 1, max: 100 }),
  max_steps: fc.integer({ min: 1, max: 9 }),
  max_tool_calls: fc.nat(9),
  max_prompt_tokens: fc.integer({ min: 1, max: 9 }),
  max_completion_tokens: fc.integer({ min: 1, max: 9 }),
  max_cost_usd: oneOf('0.75', '0.000001', '2'),
  escalation: some({
    on_budget_exceeded: oneOf('halt', 'ask_requester'),
    on_tool_error_retries_exhausted: oneOf('handoff_to_human'),
  }),
  per_step: some({ tool_calls: fc.integer({ min: 1, max: 3 }), retries: fc.nat(3) }),
  budgets: some({ day: some({ cost_usd: dollars }), session: some({ cost_usd: dollars }) }),
}).chain((keys) =>
  fc
    .record({ name: oneOf('a', 'b'), stage: oneOf('observe', 'draft', 'gated', 'auto') })
    .map((named) => ({ ...named, ...keys })),
)

const enforced = {
  prompt: oneOf('a.md', 'b.md'),
  on_call: oneOf('people', 'others'),
  models: some({ default: oneOf('x', 'y') }),
  escalation_rules: fc.array(
    fc.record({
      if: oneOf('tool_error_rate > 0.1', 'tool_error_rate > 0.2', 'tool_error_rate <= 0.1'),
      action: oneOf('halt', 'handoff_to_human'),
    }),
    { maxLength: 2 },
  ),
  approvals: some({ low: steps, medium: steps, high: steps }),
  policies: subset('forbid.cedar', 'other.cedar', 'permit.cedar'),
}
const unenforced = {
  outcome: fc.record(
    { name: oneOf('x', 'y'), verify: oneOf('v'), unsafe: subset('u', 'w') },
    { requiredKeys: ['name'] },
  ),
  slo: some({
    success: oneOf(0.9, 1),
    policy_violations: oneOf(0.1),
    p95_ms: oneOf(8000),
    cost_per_outcome_usd: dollars,
  }),
  knowledge: some({ sources: subset('k', 'l'), max_age: duration }),
  logging: some({
    trace_id: fc.boolean(),
    log_tool_args: oneOf('redact_pii'),
    store_prompts: oneOf('30_days', '90s'),
    store_tool_metadata: oneOf('1_days'),
  }),
  environment: oneOf('dev', 'prod'),
}

const page = (rules: fc.Arbitrary<object>, keys: Record<string, fc.Arbitrary<unknown>>) =>
  some({ ...keys, tools: some({ pay: rules, look: some({ allowed: fc.boolean() }) }) }).chain((written) =>
    agent.map((who) => ({ charter: 1, agent: who, ...written })),
  )
const anyRules = fc.tuple(toolRules, unenforcedRules).map(([some, more]) => ({ ...some, ...more }))
const anyPage = page(anyRules, { ...enforced, ...unenforced })

test('every page reads back from its description as the same page, with the same hash', () => {
  fc.assert(
    fc.property(anyPage, (written) => {
      const before = load(written)
      const described = describePage(before).page
      assert.ok(typeof described === 'object' && described !== null)
      const after = load(described)
      assert.deepEqual({ ...after, places: {}, notEnforced: [] }, { ...before, places: {}, notEnforced: [] })
      assert.deepEqual(
        new Set(after.notEnforced.map(({ key }) => key)),
        new Set(before.notEnforced.map(({ key }) => key)),
      )
      assert.deepEqual(compareCharters(before, after), [])
    }),
    { numRuns: 150 },
  )
})

test('every page that loads fits the JSON Schema', () => {
  const parsed: Parameters<typeof fromJSONSchema>[0] = JSON.parse(charterJsonSchemaText('2020-12'))
  const schema = fromJSONSchema(parsed)
  fc.assert(
    fc.property(anyPage, (written) => {
      assert.equal(schema.safeParse(written).success, true)
    }),
    { numRuns: 100 },
  )
})

test('two pages differ in their hash exactly when they differ in something', () => {
  fc.assert(
    fc.property(anyPage, anyPage, (one, other) => {
      const [before, after] = [load(one), load({ ...other, ...one })]
      assert.equal(before.hash === after.hash, compareCharters(before, after).length === 0)
    }),
    { numRuns: 100 },
  )
})

/** Whether the order of a key puts any two values on a line, by the path of a change. */
function isTotal(changed: string): boolean {
  const key = listKeys().find(({ path }) =>
    new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`).test(changed),
  )
  return key?.key.order.total ?? false
}

test('an edit and its way back mirror each other: what widens one way narrows the other', () => {
  fc.assert(
    fc.property(anyPage, anyPage, (one, other) => {
      const [before, after] = [load(one), load(other)]
      const [there, back] = [compareCharters(before, after), compareCharters(after, before)]
      assert.deepEqual(new Set(there.map(({ path }) => path)), new Set(back.map(({ path }) => path)))
      for (const { path, effect } of there) {
        const reverse = back.find((change) => change.path === path)?.effect
        const mirrored = { widens: 'narrows', narrows: 'widens', neither: 'neither' }[effect]
        const careful = effect === 'widens' && reverse === 'widens' && !isTotal(path)
        assert.ok(reverse === mirrored || careful, `${path}: ${effect} there, ${reverse} back`)
      }
    }),
    { numRuns: 200 },
  )
})

const pay = defineTool({
  name: 'pay',
  description: 'Pays someone.',
  kind: 'write',
  inputSchema: z.strictObject({ to: z.string(), amount: money('usd'), note: z.string().optional() }),
  outputSchema: z.object({ paid: z.boolean() }),
  subjects: ({ to }) => ({ payee: to }),
  idempotency: { honoured: '24h' },
  execute: () => ({ paid: true }),
})

const evaluator = createEvaluator({ preparedSets: 0, memoSize: 0 })

/** One call as it is proposed, with what the ledger knows of earlier ones; each page counts over windows of its own. */
interface Call {
  readonly context: Omit<PolicyRequest['context'], 'limits' | 'once' | 'stage'>
  readonly history: readonly { readonly ageMs: number; readonly minor: number }[]
}

function isPermitted(
  { page, tools, policiesOf }: ReturnType<typeof compileCharter>,
  { context, history }: Call,
): boolean {
  const { limits = {}, once } = tools.get('pay') ?? {}
  const since = (withinMs: number) => history.filter(({ ageMs }) => ageMs < withinMs)
  const sums = Object.entries(limits).map(([name, { measure, withinMs }]) => {
    const earlier = since(withinMs)
    return [name, measure === 'calls' ? earlier.length : earlier.reduce((sum, { minor }) => sum + minor, 0)]
  })
  const counted = { limits: Object.fromEntries(sums), once: once === undefined ? 0 : since(once.withinMs).length }
  const asked = { agent: 'a', tool: 'pay', subject: { kind: 'payee', id: 'x' } }
  const request = { ...asked, context: { ...context, ...counted, stage: page.agent.stage } }
  return evaluator.evaluate(policiesOf({ name: 'pay' }), request).permit
}

const hour = 3_600_000
const earlierCall = fc.record({ ageMs: fc.constantFrom(30_000, hour / 2, 5 * hour, 200 * hour), minor: fc.nat(200) })

const call = fc
  .record({
    to: fc.constantFrom('x', 'y', 'z'),
    minor: fc.integer({ min: 0, max: 450 }),
    noted: fc.boolean(),
    facts: fc.record({ citations: fc.nat(1), intent: fc.boolean(), granted: fc.boolean(), dryRun: fc.boolean() }),
    approvals: fc.record({ f: fc.nat(4), g: fc.nat(4) }),
    history: fc.array(earlierCall, { maxLength: 2 }),
  })
  .map(({ to, minor, noted, facts, approvals, history }): Call => {
    const args = { to, amount: { minor, currency: 'usd' }, ...(noted && { note: 'n' }) }
    return { history, context: { ...facts, args, approvals, facts: {}, fields: Object.keys(args), requester: '' } }
  })

interface Drawn {
  readonly stage: unknown
  readonly approvals: unknown
  readonly policies: unknown
  readonly rules: Readonly<Record<string, unknown>>
}

const asPage = ({ stage, approvals, policies, rules }: Drawn) =>
  load({ charter: 1, agent: { name: 'a', stage }, approvals, policies, tools: { pay: { allowed: true, ...rules } } })

/** Of all rules a few, so that something passes at all. */
const fewRules = toolRules.chain((rules) =>
  fc.subarray(Object.entries(rules), { maxLength: 3 }).map((chosen): Drawn['rules'] => Object.fromEntries(chosen)),
)
const drawn = fc.record({
  stage: oneOf('draft', 'gated', 'auto'),
  approvals: some({ medium: steps, high: steps }),
  policies: subset('forbid.cedar', 'permit.cedar'),
  rules: fewRules,
})
/** Two pages that differ in one thing, so that often the one is narrower. */
const asking = Object.entries(ruleValues).filter(([name]) => name.includes('approval'))
const editedRule = fc.constantFrom(...Object.entries(ruleValues), ...asking, ...asking).chain(([name, value]) =>
  fc.tuple(drawn, fc.option(value, { nil: undefined }), value).map(([page, was, is]) => {
    const having = (rule: unknown): Drawn => ({ ...page, rules: { ...page.rules, [name]: rule } })
    return [having(was), having(is)] as const
  }),
)
const editedPage = fc
  .tuple(drawn, drawn, fc.constantFrom<'stage' | 'approvals' | 'policies'>('stage', 'approvals', 'policies'))
  .map(([one, other, key]): readonly [Drawn, Drawn] => [one, { ...one, [key]: other[key] }])
const pairs = fc.oneof({ weight: 2, arbitrary: editedRule }, { weight: 1, arbitrary: editedPage })

test('P5 a page of which no change widens lets nothing through that the page before refused', () => {
  let [narrower, passed] = [0, 0]
  fc.assert(
    fc.property(pairs, fc.array(call, { minLength: 12, maxLength: 12 }), ([one, other], calls) => {
      const [a, b] = [asPage(one), asPage(other)]
      for (const [before, after] of [[a, b] as const, [b, a] as const]) {
        const changes = compareCharters(before, after)
        if (changes.length === 0 || changes.some(({ effect }) => effect === 'widens')) continue
        narrower++
        const [was, is] = [compileCharter(before, [pay]), compileCharter(after, [pay])]
        for (const asked of calls.filter((each) => isPermitted(is, each))) {
          passed++
          assert.equal(isPermitted(was, asked), true)
        }
      }
    }),
    { numRuns: 300 },
  )
  assert.ok(narrower > 20 && passed > 20, `${narrower} narrower pages, through which ${passed} calls passed`)
})
