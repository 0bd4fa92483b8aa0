import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { formatMoney, money } from './money.ts'
import { parseArguments, validateArguments } from './parse-arguments.ts'

const refund = defineTool({
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  kind: 'write',
  atMostOnce: true,
  inputSchema: z.strictObject({
    invoice: z.string(),
    amount: money('usd'),
    lines: z.array(z.strictObject({ fee: money('usd') })).optional(),
    fees: z.record(z.string(), money('usd')).optional(),
    count: z.number().optional(),
  }),
  outputSchema: z.object({}),
  execute: () => ({}),
})

const lookUp = defineTool({
  name: 'look_up',
  description: 'Look something up.',
  kind: 'read',
  inputSchema: z.strictObject({ id: z.string().optional(), n: z.number().optional() }),
  outputSchema: z.object({}),
  execute: () => ({}),
})

const problemsOf = async (text: string, tool: Parameters<typeof parseArguments>[1] = refund) => {
  const parsed = await parseArguments(text, tool)
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

async function canonical(text: string) {
  const parsed = await parseArguments(text, refund)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return validateArguments(refund, parsed.input)
}

test('P2 an amount is taken from the digits that the model wrote, before any float sees them', async () => {
  const parsed = await parseArguments('{"invoice":"in_1","amount":49.990000000000001}', refund)
  assert.ok(parsed.ok)
  assert.equal(parsed.input.amount, '49.990000000000001')
  const validated = await validateArguments(refund, parsed.input)
  assert.ok(!validated.ok)
  assert.equal(validated.problems[0]?.path, 'amount')
  assert.match(validated.problems[0]?.message ?? '', /has more decimals than usd/)
})

test('P2 amounts deep inside lists and records keep their digits as well', async () => {
  const parsed = await parseArguments('{"lines":[{"fee":1.10}],"fees":{"wire":0.005},"count":1.10}', refund)
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.input, { lines: [{ fee: '1.10' }], fees: { wire: '0.005' }, count: 1.1 })
})

test('P2 canonical arguments hold minor units, so that policy and execute see the same amount', async () => {
  const validated = await canonical('{"invoice":"in_1","amount":49.9}')
  assert.deepEqual(validated, { ok: true, value: { invoice: 'in_1', amount: { minor: 4990, currency: 'usd' } } })
})

test('P2 canonical arguments are validated again to themselves', async () => {
  const once = await canonical('{"invoice":"in_1","amount":"12.34","lines":[{"fee":1}]}')
  assert.ok(once.ok)
  assert.deepEqual(await validateArguments(refund, once.value), once)
})

test('P2 an amount that a model writes as minor units is refused: nobody knows which unit it meant', async () => {
  assert.deepEqual(await problemsOf('{"amount":{"minor":4990,"currency":"usd"}}'), [
    'amount: an amount is written as text, such as `"49.90"`, or as a number',
  ])
})

test('P2 every amount a model can write as text or number arrives as the same minor units', async () => {
  const property = fc.asyncProperty(fc.maxSafeInteger(), async (n) => {
    const amount = formatMoney({ minor: Math.abs(n), currency: 'usd' })
    const asNumber = await canonical(`{"invoice":"in_1","amount":${amount}}`)
    const asText = await canonical(`{"invoice":"in_1","amount":"${amount}"}`)
    assert.ok(asNumber.ok && asText.ok)
    assert.deepEqual(asNumber.value.amount, { minor: Math.abs(n), currency: 'usd' })
    assert.deepEqual(asNumber, asText)
  })
  await fc.assert(property, { numRuns: 50 })
})

test('a number that cannot be held exactly is refused, with its place', async () => {
  assert.deepEqual(await problemsOf('{"count":9007199254740993}'), [
    'count: `9007199254740993` is too large to be held exactly: write it as text',
  ])
  assert.match((await problemsOf('{"lines":[{"x":1e400}]}')).join(), /^lines\[0\]\.x: `1e400` is too large/)
  assert.deepEqual(await problemsOf('{"n":9007199254740991}', lookUp), [])
})

test('minus zero is zero', async () => {
  const parsed = await parseArguments('{"n":-0}', lookUp)
  assert.ok(parsed.ok && Object.is(parsed.input.n, 0))
})

test('arguments that say a thing twice are refused, at any depth', async () => {
  assert.deepEqual(await problemsOf('{"amount":1,"amount":1000}'), [': `amount` stands twice in one object'])
  assert.deepEqual(await problemsOf('{"a":[{"b":1,"\\u0062" : 2}]}'), [': `b` stands twice in one object'])
  assert.deepEqual(await problemsOf('{"a":{"b":1},"c":{"b":1},"d":"b","e":["b","b"]}'), [])
  assert.deepEqual(await problemsOf('{"a":"\\\\","b":"\\"","c":"a\\\\\\":"}'), [])
})

test('a member called __proto__ is refused, however it is written', async () => {
  for (const name of ['__proto__', '\\u005f_proto__']) {
    assert.deepEqual(await problemsOf(`{"a":{"${name}":{"x":1}}}`), [': a member may not be called `__proto__`'])
  }
})

test('half a character is refused', async () => {
  assert.deepEqual(await problemsOf('{"invoice":"\\ud800"}'), ['invoice: holds half of a surrogate pair'])
})

test('arguments nested deeper than 64 are refused, and however deep they are nothing falls over', async () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
  assert.deepEqual(await problemsOf(nested(63)), [])
  assert.deepEqual(await problemsOf(nested(64)), [': nested deeper than 64'])
  assert.deepEqual(await problemsOf(nested(100_000)), [': nested deeper than 64'])
})

test('arguments larger than 256 KB are refused, with their size', async () => {
  const text = JSON.stringify({ invoice: 'é'.repeat(150_000) })
  assert.deepEqual(await problemsOf(text), [': the arguments are 293 KB; at most 256 KB are taken'])
})

test('text that is not JSON, and JSON that is not an object, are problems and no exceptions', async () => {
  for (const text of ['{', '[1]', '"a"', 'null', '12', '{"a":}', 'undefined', '{"a":1}}', "{'a':1}"]) {
    assert.equal((await problemsOf(text)).length, 1, text)
  }
})

test('no text at all is no arguments', async () => {
  assert.deepEqual(await parseArguments(' ', lookUp), { ok: true, input: {}, dryRun: false })
})

test('intent and dry_run are taken off the arguments of a write', async () => {
  const intent = {
    doing: 'refund the doubled charge',
    allowed_by: 'refund policy 3',
    evidence: [{ kind: 'invoice', id: 'in_1' }],
  }
  const parsed = await parseArguments(JSON.stringify({ invoice: 'in_1', intent, dry_run: true }), refund)
  assert.deepEqual(parsed, { ok: true, input: { invoice: 'in_1' }, intent, dryRun: true })
})

test('an intent of another shape is refused, with the place in it', async () => {
  assert.deepEqual(await problemsOf('{"intent":{"doing":"x","allowed_by":"y","evidence":[],"evidnece":1}}'), [
    'intent.evidnece: unknown key `evidnece`, did you mean `evidence`?',
  ])
  assert.match((await problemsOf('{"intent":"because"}')).join(), /^intent: /)
  assert.match((await problemsOf('{"intent":null}')).join(), /^intent: /)
  assert.deepEqual(await problemsOf('{"dry_run":"yes"}'), ['dry_run: true or false is wanted'])
})

test('a read has no dry run: the name is refused as any other that it does not know', async () => {
  const parsed = await parseArguments('{"dry_run":true}', lookUp)
  assert.ok(parsed.ok && parsed.dryRun === false)
  const validated = await validateArguments(lookUp, parsed.input)
  assert.deepEqual(validated, { ok: false, problems: [{ path: 'dry_run', message: 'unknown key `dry_run`' }] })
})

test('whatever text comes, the answer is data', async () => {
  const property = fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
    const parsed = await parseArguments(text, refund)
    assert.equal(typeof parsed.ok, 'boolean')
  })
  await fc.assert(property)
})
