import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cedarSchema, contextType } from './cedar-schema.ts'
import { readPolicyFile } from './policy-file.ts'
import { readPolicy } from './policy-set.ts'
import { refundContext } from './sample-policies.test.ts'
import { checkReads, validatePolicy } from './validate-policies.ts'

const lookUp = { input: { outputJsonSchema: { type: 'object', properties: {} } }, factsSchema: undefined }
const percentages = { type: 'object', properties: { percent: { type: 'integer' } } }
const discount = { input: { outputJsonSchema: percentages }, factsSchema: undefined }
const contexts = new Map([
  ['refund', refundContext],
  ['look_up', contextType(lookUp, [], [])],
  ['discount', contextType(discount, [], [])],
])

/** What is said of one condition on refunds: `line:column message, hint`. */
function said(condition: string, scope = '(principal, action == Action::"refund", resource)'): string[] {
  return saidOf(`forbid ${scope}\nwhen { ${condition} };`)
}

function saidOf(text: string): string[] {
  const [policy] = readPolicyFile({ file: 'x.cedar', text })
  assert.ok(policy)
  const { errors } = validatePolicy(policy, cedarSchema(contexts), contexts)
  const found = errors.length > 0 ? errors : checkReads(policy, readPolicy(policy), contexts)
  assert.ok(found.every(({ code, place }) => code === 'policy_invalid' && place?.file === 'x.cedar'))
  return found.map(({ place, message, hint }) => `${place?.line}:${place?.column} ${message}${hint ? `, ${hint}` : ''}`)
}

test('a rule that names an argument which does not exist is refused with the place and the nearest name', () => {
  assert.deepEqual(said('context.args.amuont.minor > 3'), [
    '2:8 attribute `args.amuont` in context for Action::"refund" not found, did you mean `amount`?',
  ])
})

test('a rule that names a fact or a tool which does not exist is refused', () => {
  assert.match(said('context.facts.payed.minor > 3').join(), /`facts\.payed`.*not found, did you mean `paid`\?/)
  const [unknown = ''] = said('context.granted', '(principal, action == Action::"refnd", resource)')
  assert.match(unknown, /^1:30 unrecognized action `Action::"refnd"`, did you mean `Action::"refund"`\?/)
})

test('a rule over all tools is refused where one of them lacks what it reads', () => {
  const [first, second] = said('context.args.amount.minor > 3', '(principal, action, resource)').sort()
  assert.match(first ?? '', /^2:8 attribute `args.amount` in context for Action::"discount" not found/)
  assert.match(second ?? '', /^2:8 attribute `args.amount` in context for Action::"look_up" not found/)
})

test('an optional argument is read only behind a test that it is there', () => {
  assert.match(said('context.args.note == "x"').join(), /optional attribute.*try testing/)
  assert.deepEqual(said('context.args has note && context.args.note == "x"'), [])
})

test('text is not compared with a number', () => {
  assert.match(said('context.args.invoice > 3').join(), /expected.*Long/)
})

test('an argument that has no Cedar type is refused, saying why', () => {
  assert.deepEqual(said('context.args.percent > 3'), [
    "2:8 no policy can read `args.percent` of `refund`: it is a number with fractions, what needs it is the tool's `check`",
  ])
})

test('an argument that has no Cedar type is refused under `has` too, where Cedar would say it is never there', () => {
  assert.deepEqual(said('context.args has percent'), [
    "2:25 no policy can read `args.percent` of `refund`: it is a number with fractions, what needs it is the tool's `check`",
  ])
})

test('what has a type for one tool and none for another is refused for both', () => {
  const both = said(
    'context.args has percent',
    '(principal, action in [Action::"refund", Action::"discount"], resource)',
  )
  assert.match(both.join(), /^2:25 no policy can read `args\.percent` of `refund`: it is a number with fractions/)
})

test('a misspelt name under `has` is refused, where Cedar would say it is never there', () => {
  assert.deepEqual(said('context.args has urgnt || context.granted'), [
    '2:25 attribute `args.urgnt` in context for `refund` not found, did you mean `urgent`?',
  ])
})

test('`has` may ask which of several tools has an argument', () => {
  assert.deepEqual(
    said('context.args has amount && context.args.amount.minor > 3', '(principal, action, resource)'),
    [],
  )
})

test('a record is not compared whole when part of it has no Cedar type', () => {
  const whole = said('context.args has address && context.args.address == context.args.address')
  assert.match(whole.join(), /no policy can read `args\.address\.geo` of `refund`: it is a number with fractions/)
})

test('a rule that can never apply is worth a warning', () => {
  const [policy] = readPolicyFile({
    file: 'x.cedar',
    text: 'forbid (principal, action, resource) when { false && context.granted };',
  })
  assert.ok(policy)
  const { errors, warnings } = validatePolicy(policy, cedarSchema(contexts), contexts)
  assert.deepEqual(errors, [])
  assert.match(warnings.map(({ message }) => message).join(), /impossible/)
})
