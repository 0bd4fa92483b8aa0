import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { CharterError } from '../errors.ts'
import { findApprovalMisuse } from '../policy/approval-use.ts'
import type { PolicyJudgement, Signatures } from '../policy/ask.ts'
import { judgeByPolicy } from '../policy/ask.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { explain } from '../policy/explain.ts'
import type { PolicyContext, PolicyRequest } from '../policy/request.ts'
import { defineTool } from '../tools/define-tool.ts'
import { money } from '../tools/money.ts'
import type { Tool } from '../tools/tool.ts'
import type { CompiledCharter } from './compile.ts'
import { compileCharter, describeCompiled, tryCompile } from './compile.ts'
import { loadCharter } from './load.ts'

const done = z.object({ done: z.boolean() })
const execute = () => ({ done: true })

const requestRefund = defineTool({
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  kind: 'write',
  inputSchema: z.strictObject({
    invoice: z.string(),
    amount: money('usd', { allowNegative: true }),
    reason: z.string(),
  }),
  outputSchema: done,
  subjects: ({ invoice }) => ({ invoice }),
  atMostOnce: true,
  execute,
})
const updateRecord = defineTool({
  name: 'update_record',
  description: 'Change a customer record.',
  kind: 'write',
  undo: async () => {},
  inputSchema: z.strictObject({
    customer: z.string(),
    email: z.string().optional(),
    tier: z.int().optional(),
    tags: z.array(z.string()).optional(),
    credit: money('usd').optional(),
    share: z.number().optional(),
  }),
  outputSchema: done,
  atMostOnce: true,
  execute,
})
const getInvoice = defineTool({
  name: 'get_invoice',
  description: 'Read an invoice.',
  kind: 'read',
  inputSchema: z.strictObject({ invoice: z.string() }),
  outputSchema: done,
  rate: '5/s',
  execute,
})
const search = defineTool({ ...getInvoiceLike('search_web'), egress: true })

function getInvoiceLike(name: string) {
  return {
    name,
    description: 'Send a question out.',
    kind: 'read' as const,
    inputSchema: z.strictObject({ question: z.string() }),
    outputSchema: done,
    execute,
  }
}

const tools: Tool[] = [requestRefund, updateRecord, getInvoice, search]

interface PageParts {
  stage?: string
  approvals?: string
  cedar?: string
}

/** A page with these tools, as people write it. */
function pageOf(toolLines: string, { stage = 'gated', approvals = '', cedar }: PageParts = {}) {
  const policies = cedar === undefined ? '' : 'policies: [./rules.cedar]\n'
  const text = `charter: 1\nagent: { name: billing, stage: ${stage} }\n${approvals}\n${policies}tools:\n  ${toolLines}\n`
  return loadCharter({ file: 'billing.charter.yaml', text, readFile: () => cedar }).page
}

const compile = (toolLines: string, parts?: PageParts) => compileCharter(pageOf(toolLines, parts), tools)

function requestOf(tool: string, context: Partial<PolicyContext> = {}): PolicyRequest {
  return {
    agent: 'billing',
    tool,
    context: {
      args: { invoice: 'in_1', amount: { minor: 2000, currency: 'usd' }, reason: 'late' },
      facts: {},
      approvals: {},
      stage: 'gated',
      fields: [],
      citations: 0,
      intent: false,
      limits: { amount_usd: 0, calls: 0, rate: 0, vendor_rate: 0 },
      once: 0,
      granted: false,
      dryRun: false,
      requester: '',
      ...context,
    },
  }
}

const evaluator = createEvaluator()

function judge(compiled: CompiledCharter, request: PolicyRequest, signatures: Signatures = {}): PolicyJudgement {
  const tool = { name: request.tool }
  return judgeByPolicy(evaluator, compiled.policiesOf(tool), request, compiled.approvalSteps(tool), signatures)
}

/** `allow`, `ask finance 1`, or `deny CODE RULE`. */
function said(judged: PolicyJudgement): string {
  switch (judged.outcome) {
    case 'allow':
      return 'allow'
    case 'ask':
      return `ask ${judged.steps.map(({ from, count }) => `${from} ${count}`).join(', ')}`
    case 'deny':
      return `deny ${judged.code} ${judged.reasons.join(', ')}`
  }
}

const refund = (rules: string, context?: Partial<PolicyContext>, parts?: PageParts) =>
  said(judge(compile(`request_refund: { allowed: true, ${rules} }`, parts), requestOf('request_refund', context)))

const of = (minor: number, currency = 'usd') => ({
  args: { invoice: 'in_1', amount: { minor, currency }, reason: 'late' },
})
const finance = 'approval: [ { from: finance, count: 1 } ]'
const ask25 = `require_approval_over_usd: 25, ${finance}`

test('what the page allows is allowed, and what it does not name is not', () => {
  const compiled = compile('get_invoice: { allowed: true }')
  assert.equal(said(judge(compiled, requestOf('get_invoice'))), 'allow')
  assert.equal(said(judge(compiled, requestOf('request_refund'))), 'deny denied_by_policy request_refund.not_on_page')
})

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

test('a limit counts what was moved before and this amount, up to its very end', () => {
  const rules = `limits: { amount_usd: { per: customer, within: 24h, max: 100 } }, ${ask25}`
  assert.equal(refund(rules, { limits: { amount_usd: 8000 } }), 'allow')
  assert.equal(refund(rules, { limits: { amount_usd: 8001 } }), 'deny limit_exceeded request_refund.limits.amount_usd')
  assert.equal(refund(rules, { limits: {} }), 'deny policy_error ')
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

test('a dry run needs no approval and no room under a limit, and everything else', () => {
  const rules = `max_amount_usd: 50, limits: { calls: { per: customer, within: 1d, max: 0 } }, rate: 1/min, ${ask25}`
  const spent = { limits: { calls: 9, rate: 9 }, dryRun: true }
  assert.equal(refund(rules, { ...of(4000), ...spent, stage: 'draft' }), 'allow')
  assert.equal(refund(rules, { ...of(6000), ...spent }), 'deny denied_by_policy request_refund.max_amount_usd')
  assert.equal(refund(rules, { ...of(1), ...spent, stage: 'observe' }), 'deny denied_by_stage request_refund.stage')
})

test('every policy has an id under its tool, a sentence, a key of the page and a place', () => {
  const compiled = compile(`request_refund: { allowed: true, max_amount_usd: 50, ${ask25} }`)
  const max = compiled.policiesOf(requestRefund).policies.find(({ id }) => id === 'request_refund.max_amount_usd')
  assert.equal(max?.says, 'request_refund moves at most 50.00 USD')
  assert.equal(max?.from, 'tools.request_refund.max_amount_usd')
  assert.deepEqual(max?.place, { file: 'billing.charter.yaml', line: 5, column: 36 })
  assert.match(
    max?.text ?? '',
    /^@id\("request_refund\.max_amount_usd"\)\n@says\("request_refund moves at most 50\.00 USD"\)/,
  )
  const described = describeCompiled(compiled)
  assert.deepEqual(
    described.policies.map(({ id }) => id),
    compiled.policiesOf(requestRefund).policies.map(({ id }) => id),
  )
  assert.match(described.schema, /action "request_refund"/)
})

test('P3 every generated policy keeps the rule that holds for written ones', () => {
  const compiled = compile(
    `request_refund: { allowed: true, max_amount_usd: 50, ${ask25} }\n  update_record: { allowed: true }`,
  )
  for (const { policies } of compiled.tools.values()) {
    for (const policy of policies.policies) assert.equal(findApprovalMisuse(policy), undefined)
  }
})

test('one page has one hash, and a page that decides otherwise has another', () => {
  const lines = (max: number) => `request_refund: { allowed: true, max_amount_usd: ${max}, ${ask25} }`
  assert.equal(compile(lines(50)).hash, compile(lines(50)).hash)
  assert.notEqual(compile(lines(50)).hash, compile(lines(51)).hash)
  assert.match(compile(lines(50)).hash, /^sha256:[0-9a-f]{64}$/)
})

test('an explanation names the key of the page that refuses, and what the answer would be without it', () => {
  const compiled = compile(`request_refund: { allowed: true, max_amount_usd: 50, ${ask25} }`)
  const set = compiled.policiesOf(requestRefund)
  const request = requestOf('request_refund', { ...of(6000), approvals: { finance: 1 } })
  const { policies } = explain(set, request, evaluator.evaluate(set, request))
  const satisfied = policies.filter(({ effect, holds }) => effect === 'forbid' && holds === 'satisfied')
  assert.deepEqual(
    satisfied.map(({ from, without }) => [from, without]),
    [
      [
        'tools.request_refund.max_amount_usd',
        'taking `request_refund.max_amount_usd` out changes the decision from deny to allow',
      ],
    ],
  )
})

/** All errors of a page that cannot be compiled: `line:column message`. */
function errorsOf(toolLines: string, parts?: PageParts): string[] {
  const { compiled, problems } = tryCompile(pageOf(toolLines, parts), tools)
  assert.equal(compiled, undefined)
  return problems
    .filter(({ level }) => level === 'error')
    .map(({ place, message, hint }) => `${place?.line}:${place?.column} ${message}${hint ? `, ${hint}` : ''}`)
}

test('a key that the tool gives nothing to hold on to is refused at its place', () => {
  assert.deepEqual(errorsOf('get_invoice: { allowed: true, max_amount_usd: 5 }'), [
    '5:33 `get_invoice` has no money argument that `max_amount_usd` could bound',
  ])
  assert.deepEqual(errorsOf('request_refund: { allowed: true, max_amount_eur: 5 }'), [
    '5:36 `request_refund` takes usd, and `max_amount_eur` is in eur',
  ])
  assert.deepEqual(errorsOf('update_record: { allowed: true, within: { tierr: [1], share: [1], email: [1] } }'), [
    '5:45 `update_record` has no argument `tierr`, did you mean `tier`?',
  ])
  assert.match(
    errorsOf('update_record: { allowed: true, within: { share: [1] } }').join(),
    /it is a number with fractions/,
  )
  assert.match(errorsOf('update_record: { allowed: true, within: { email: [1] } }').join(), /\(text\)/)
  assert.match(errorsOf('update_record: { allowed: true, subject: customer }').join(), /names no subjects/)
})

test('everything that is wrong is said at once', () => {
  const error = assert.throws(
    () => compile('get_invoice: { allowed: true, max_amount_usd: 5 }\n  update_record: { allowed: true, subject: x }'),
    (thrown: unknown) => {
      assert.ok(thrown instanceof CharterError)
      assert.equal(thrown.code, 'charter_invalid')
      assert.ok(Array.isArray(thrown.details.problems) && thrown.details.problems.length === 2)
      return true
    },
  )
  assert.equal(error, undefined)
})

test('a tool that the page names and nobody defines is worth a warning with the nearest name', () => {
  const { problems } = compile('get_invoise: { allowed: true }')
  assert.deepEqual(
    problems.map(({ level, message, hint }) => [level, message, hint]),
    [['warning', 'no tool `get_invoise` is defined, so nothing can call it', 'did you mean `get_invoice`?']],
  )
})

const amountOf = fc.constantFrom(-100, 0, 1, 2499, 2500, 2501, 4999, 5000, 5001)
const limitOf = fc.constantFrom(0, 1, 25, 49.99, 50, 100)
const rank = { deny: 0, ask: 1, allow: 2 }

test('a page whose limit is lowered never allows more, and one with a lower stage neither', () => {
  const stages = ['observe', 'draft', 'gated', 'auto']
  const bounds = fc.record({ max: limitOf, over: limitOf, sum: limitOf })
  const pages = new Map<string, CompiledCharter>()
  const page = ({ max, over, sum }: { max: number; over: number; sum: number }) => {
    const rules = `max_amount_usd: ${max}, require_approval_over_usd: ${over}, ${finance}`
    const limits = `limits: { amount_usd: { per: customer, within: 1d, max: ${sum} } }`
    const line = `request_refund: { allowed: true, ${rules}, ${limits} }`
    const compiled = pages.get(line) ?? compile(line)
    pages.set(line, compiled)
    return compiled
  }
  let lowered = 0
  const lower = fc.record({ max: fc.boolean(), over: fc.boolean(), sum: fc.boolean(), stage: fc.boolean() })
  fc.assert(
    fc.property(
      bounds,
      bounds,
      lower,
      amountOf,
      amountOf,
      fc.nat(3),
      fc.nat(1),
      (before, other, which, minor, spent, stage, signed) => {
        const bound = (name: 'max' | 'over' | 'sum') =>
          which[name] ? Math.min(before[name], other[name]) : before[name]
        const after = { max: bound('max'), over: bound('over'), sum: bound('sum') }
        const at = (index: number) =>
          requestOf('request_refund', {
            ...of(minor),
            limits: { amount_usd: Math.max(0, spent) },
            stage: stages[index] ?? '',
          })
        const wide = judge(page(before), at(stage), { finance: signed })
        const narrow = judge(page(after), at(which.stage ? Math.max(0, stage - 1) : stage), { finance: signed })
        assert.ok(rank[narrow.outcome] <= rank[wide.outcome])
        if (rank[narrow.outcome] < rank[wide.outcome]) lowered++
      },
    ),
    { numRuns: 300 },
  )
  assert.ok(lowered > 20, `a lower bound was felt ${lowered} times`)
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
