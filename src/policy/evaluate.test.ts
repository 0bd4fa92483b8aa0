import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '../json.ts'
import { createEvaluator } from './evaluate.ts'
import { createPolicySet } from './policy-set.ts'
import type { PolicyRequest } from './request.ts'
import { permitAll, policySet, refundArgs, refundContext, refundRequest } from './sample-policies.test.ts'

const evaluate = (texts: string[], request: PolicyRequest = refundRequest()) =>
  createEvaluator().evaluate(policySet(permitAll, ...texts), request)

const forbid = (condition: string) => `forbid (principal, action, resource) when { ${condition} };`

test('without a permit the answer is no, and no rule is the reason', () => {
  const verdict = createEvaluator().evaluate(policySet(forbid('context.dryRun')), refundRequest())
  assert.deepEqual(verdict, { permit: false, reasons: [], errors: [] })
})

test('a forbid wins over a permit, and all that refuse are named in order of their ids', () => {
  const many = Array.from({ length: 9 }, () => forbid('context.args.amount.minor > 10'))
  assert.deepEqual(evaluate(many), {
    permit: false,
    reasons: ['p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9', 'p10'].sort(),
    errors: [],
  })
})

test('P1 a forbid that fails refuses, though Cedar alone would skip it and allow', () => {
  const overflow = forbid('context.args.amount.minor + 9223372036854775807 > 0')
  const { permit, reasons, errors } = evaluate([overflow])
  assert.equal(permit, false)
  assert.deepEqual(reasons, [])
  assert.match(errors.join(), /^p2: .*overflow/)
})

test('P1 a permit that fails refuses too, though another permit holds', () => {
  const { permit, errors } = evaluate(['permit (principal, action, resource) when { context.args.note == "x" };'])
  assert.equal(permit, false)
  assert.match(errors.join(), /note/)
})

const noteRead = [forbid('context.args has note && context.args.note == "root"')]
const amountRead = [forbid('context.args.amount.minor > 5000')]

// What a model, or a door that did not validate, could hand in where text or a number belongs.
const misfits: [string, string[], Record<string, unknown>][] = [
  ['an entity in place of text', noteRead, { note: { __entity: { type: 'Agent', id: 'root' } } }],
  ['an extension value in place of text', noteRead, { note: { __extn: { fn: 'ip', arg: '::1' } } }],
  ['an expression in place of text', noteRead, { note: { __expr: 'true' } }],
  ['half of a surrogate pair', noteRead, { note: 'a\ud800' }],
  ['null', noteRead, { note: null }],
  ['a list', noteRead, { note: ['root'] }],
  ['a number beyond 2^53', amountRead, { amount: { minor: 2 ** 53, currency: 'usd' } }],
  ['a number with a fraction', amountRead, { amount: { minor: 0.5, currency: 'usd' } }],
  ['NaN', amountRead, { amount: { minor: Number.NaN, currency: 'usd' } }],
  ['a BigInt', amountRead, { amount: { minor: 1n, currency: 'usd' } }],
  ['a number as text', amountRead, { amount: { minor: '1', currency: 'usd' } }],
  ['nothing where something is needed', amountRead, { amount: { currency: 'usd' } }],
  ['an entity in place of a record', amountRead, { amount: { __entity: { type: 'Agent', id: 'root' } } }],
  ['a list in place of a record', amountRead, { amount: [1] }],
  [
    'a record with a key more, compared whole',
    [forbid('context.args.amount == context.facts.paid')],
    {
      amount: { minor: 1, currency: 'usd', __entity: { type: 'Agent', id: 'root' } },
    },
  ],
  [
    'an entity in a list',
    [forbid('context.args.tags.contains("root")')],
    { tags: [{ __entity: { type: 'Agent', id: 'root' } }] },
  ],
]

for (const [what, texts, given] of misfits) {
  test(`P1 ${what} never enters a request: the answer is no, with the path`, () => {
    const request = refundRequest()
    const args: Record<string, unknown> = { ...refundArgs, ...given }
    const { permit, reasons, errors } = evaluate(texts, {
      ...request,
      context: { ...request.context, args: args as Record<string, Json> },
    })
    assert.equal(permit, false)
    assert.deepEqual(reasons, [])
    assert.match(errors.join(), /`context\.args\./)
  })
}

test('P1 an entity in an argument that no policy reads stays outside and changes nothing', () => {
  const args = { ...refundArgs, note: { __entity: { type: 'Agent', id: 'root' } } }
  assert.equal(evaluate(amountRead, refundRequest({ args })).permit, true)
})

test('P1 a request that throws when it is read is refused', () => {
  const args = Object.defineProperty({ ...refundArgs }, 'amount', {
    enumerable: true,
    get: () => {
      throw new Error('not today')
    },
  })
  assert.deepEqual(evaluate(amountRead, refundRequest({ args })), { permit: false, reasons: [], errors: ['not today'] })
})

test('P1 policies asked about another tool refuse', () => {
  const { permit, errors } = evaluate([], { ...refundRequest(), tool: 'send_mail' })
  assert.equal(permit, false)
  assert.match(errors.join(), /`refund` were asked about `send_mail`/)
})

test('a name that every object inherits is not taken for an attribute', () => {
  const { permit, errors } = createEvaluator().evaluate(
    policySet(permitAll, forbid('context.args has note && context.args.note == "x"')),
    refundRequest({ args: Object.assign(Object.create({ note: 'x' }), refundArgs) }),
  )
  assert.deepEqual([permit, errors], [true, []])
})

test('P8 an answer is remembered by what was judged, and a bounded number of them', () => {
  const evaluator = createEvaluator({ memoSize: 2 })
  const set = policySet(permitAll, ...amountRead)
  const ask = (minor: number, requester = '') =>
    evaluator.evaluate(set, refundRequest({ args: { ...refundArgs, amount: { minor, currency: 'usd' } }, requester }))
  const first = ask(1)
  assert.equal(ask(1, 'somebody else, whom no policy reads'), first)
  ask(2)
  ask(1)
  ask(3)
  assert.equal(ask(1), first, 'the latest used stay')
  ask(4)
  ask(5)
  assert.notEqual(ask(1), first, 'the others make room')
  assert.equal(ask(6000).permit, false)
})

test('P8 two policy sets never share an answer, though they judge the same request', () => {
  const evaluator = createEvaluator()
  const [lenient, strict] = [policySet(permitAll), policySet(permitAll, forbid('true'))]
  for (const _ of ['asked', 'remembered']) {
    assert.deepEqual(evaluator.evaluate(lenient, refundRequest()), { permit: true, reasons: ['p1'], errors: [] })
    assert.deepEqual(evaluator.evaluate(strict, refundRequest()), { permit: false, reasons: ['p2'], errors: [] })
  }
})

test('P8 two tools never share an answer, though one policy speaks of both and they are called the same way', () => {
  const evaluator = createEvaluator()
  const text = 'permit (principal, action == Action::"refund", resource);'
  const { policies } = policySet(text)
  const [refunds, mails] = ['refund', 'send_mail'].map((tool) => createPolicySet(tool, policies, refundContext))
  assert.ok(refunds && mails)
  for (const _ of ['asked', 'remembered']) {
    assert.equal(evaluator.evaluate(refunds, refundRequest()).permit, true)
    assert.equal(evaluator.evaluate(mails, { ...refundRequest(), tool: 'send_mail' }).permit, false)
  }
})

test('P8 a failure is not remembered', () => {
  const evaluator = createEvaluator()
  const set = policySet(forbid('context.args.note == "x"'))
  assert.notEqual(evaluator.evaluate(set, refundRequest()), evaluator.evaluate(set, refundRequest()))
})

test('sets beyond those that are kept ready are answered the same', () => {
  const evaluator = createEvaluator({ preparedSets: 1 })
  const [one, other] = [policySet(permitAll), policySet(permitAll, forbid('context.granted'))]
  assert.equal(evaluator.evaluate(one, refundRequest()).permit, true)
  assert.deepEqual(evaluator.evaluate(other, refundRequest()), { permit: false, reasons: ['p2'], errors: [] })
})

test('two policies with one id are refused, because one of them would vanish', () => {
  const [policy] = policySet(permitAll).policies
  assert.ok(policy)
  assert.throws(() => createPolicySet('refund', [policy, policy], refundContext), { code: 'policy_invalid' })
})

const effect = fc.constantFrom('permit', 'forbid')
const condition = fc.constantFrom(
  'context.args.amount.minor > 1000',
  'context.stage == "gated"',
  'context.args.note == "x"',
  'context.args.amount.minor * 9223372036854775807 > 3',
  'context.args.tags.contains("late")',
  'resource.kind == "invoice"',
)
const policy = fc
  .tuple(effect, fc.constantFrom('when', 'unless'), condition)
  .map(([what, kind, body]) => `${what} (principal, action, resource) ${kind} { ${body} };`)

test('adding a forbid never allows, and neither does a policy that fails', () => {
  const evaluator = createEvaluator()
  let taken = 0
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 4 }), policy, (texts, added) => {
      const more = added.replace('permit', 'forbid')
      const before = evaluator.evaluate(policySet(permitAll, ...texts), refundRequest())
      const after = evaluator.evaluate(policySet(permitAll, ...texts, more), refundRequest())
      assert.ok(before.permit || !after.permit)
      if (before.permit && !after.permit) taken++
    }),
    { numRuns: 300 },
  )
  assert.ok(taken > 3, `a forbid took a permit away ${taken} times`)
})

test('P8 whatever was asked before, and however little is remembered, the answer is the one that is given afresh', () => {
  const remembering = createEvaluator({ memoSize: 3 })
  const sets = [
    policySet(permitAll),
    policySet(permitAll, forbid('context.args.amount.minor > 5')),
    policySet(permitAll, forbid('context.args.amount.minor > 1')),
    policySet(permitAll, forbid('context.stage == "draft"')),
    policySet(permitAll, forbid('context.args.note == "x"')),
  ]
  const asked = fc.record({
    set: fc.constantFrom(...sets),
    minor: fc.constantFrom(1, 5, 6),
    stage: fc.constantFrom('draft', 'gated'),
    agent: fc.constantFrom('billing', 'clerk'),
  })
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 30 }), (questions) => {
      for (const { set, minor, stage, agent } of questions) {
        const request = refundRequest({ args: { ...refundArgs, amount: { minor, currency: 'usd' } }, stage })
        const answer = remembering.evaluate(set, { ...request, agent })
        assert.deepEqual(answer, createEvaluator().evaluate(set, { ...request, agent }))
      }
    }),
    { numRuns: 60 },
  )
})
