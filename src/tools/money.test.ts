import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { formatMoney, money, parseMoney } from './money.ts'

const usd = (written: unknown) => money('usd').safeParse(written)

test('P2 an amount is minor units of its currency, whether written as text or as a number', () => {
  for (const [written, minor] of [
    ['49.90', 4990],
    ['49.9', 4990],
    [49.9, 4990],
    ['0.07', 7],
    [0.29, 29],
    [1.15, 115],
    [0, 0],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ] as const) {
    assert.deepEqual(usd(written).data, { minor, currency: 'usd' }, String(written))
  }
})

test('P2 a price of 0.755 is refused, not rounded', () => {
  for (const written of ['0.755', 0.755, '49.990000000000001', '1.000', 0.1 + 0.2]) {
    const { error } = usd(written)
    assert.match(error?.issues[0]?.message ?? '', /has more decimals than usd has \(2\)/, String(written))
  }
})

test('P2 what is not an amount written in full is refused', () => {
  const written = [
    '',
    ' 1',
    '1\n',
    '1e2',
    '1E2',
    '+1',
    '1,000',
    '$5',
    '.5',
    '5.',
    '007',
    'NaN',
    'Infinity',
    '0x10',
    '١',
    '--1',
  ]
  for (const one of [...written, Number.NaN, Number.POSITIVE_INFINITY, 1e21, null, undefined, true, [], { minor: 1 }]) {
    assert.equal(usd(one).success, false, String(one))
  }
})

test('P2 an amount that no safe integer holds is refused', () => {
  assert.match(usd('90071992547409.92').error?.issues[0]?.message ?? '', /is too large/)
  assert.equal(usd('9'.repeat(400)).success, false)
})

test('P2 an amount below zero is refused, unless the schema allows it', () => {
  assert.match(usd('-1').error?.issues[0]?.message ?? '', /is negative/)
  assert.equal(usd('-0.00').success, false)
  assert.equal(usd({ minor: -1, currency: 'usd' }).success, false)
  const signed = money('usd', { allowNegative: true })
  assert.deepEqual(signed.parse('-0.50'), { minor: -50, currency: 'usd' })
  assert.ok(Object.is(signed.parse('-0.00').minor, 0))
})

test('P2 currencies have the decimals that they have', () => {
  assert.deepEqual(parseMoney('500', 'jpy'), { ok: true, minor: 500 })
  assert.equal(parseMoney('500.0', 'jpy').ok, false)
  assert.deepEqual(parseMoney('1.5', 'kwd'), { ok: true, minor: 1500 })
  assert.deepEqual(parseMoney('1.2345', 'clf'), { ok: true, minor: 12345 })
  assert.deepEqual(
    ['usd', 'jpy', 'kwd'].map((currency) => formatMoney({ minor: 5, currency })),
    ['0.05', '5', '0.005'],
  )
})

test('P2 an amount that was read is read again as itself, and never in another currency', () => {
  const read = money('usd').parse('49.90')
  assert.deepEqual(money('usd').parse(read), read)
  assert.match(money('eur').safeParse(read).error?.issues[0]?.message ?? '', /in eur is wanted, not in `usd`/)
  assert.equal(usd({ minor: 49.9, currency: 'usd' }).success, false)
  assert.equal(usd({ minor: 1, currency: 'usd', extra: 1 }).success, false)
})

test('P2 every amount survives being written and read, to the last unit', () => {
  const currency = fc.constantFrom('usd', 'eur', 'jpy', 'kwd', 'clf')
  const minor = fc.maxSafeInteger()
  fc.assert(
    fc.property(minor, currency, (minor, currency) => {
      const text = formatMoney({ minor, currency })
      assert.deepEqual(parseMoney(text, currency, { allowNegative: true }), { ok: true, minor })
    }),
  )
})

test('P2 no text with more decimals than its currency is ever taken', () => {
  const digits = fc.stringMatching(/^[0-9]{3,20}$/)
  fc.assert(
    fc.property(fc.nat(), digits, (whole, fraction) =>
      assert.equal(parseMoney(`${whole}.${fraction}`, 'usd').ok, false),
    ),
  )
})

test('an amount above what the vendor takes is refused', () => {
  const refund = money('usd', { max: '500' })
  assert.equal(refund.parse('500').minor, 50_000)
  assert.match(refund.safeParse('500.01').error?.issues[0]?.message ?? '', /`500.01` is more than `500.00`/)
  assert.throws(() => money('usd', { max: '5.001' }), { code: 'tool_invalid' })
})

test('a currency that does not exist is refused when the tool is defined', () => {
  assert.throws(() => money('usdd'), { code: 'tool_invalid', hint: 'did you mean `usd`?' })
  assert.throws(() => money('USD'), { code: 'tool_invalid' })
})

test('a model is shown how an amount is written, a policy that it is whole minor units', () => {
  const schema = z.strictObject({ amount: money('usd').describe('What to refund.').optional() })['~standard'].jsonSchema
  assert.deepEqual(schema.input({ target: 'draft-2020-12' }).properties, {
    amount: {
      type: ['string', 'number'],
      pattern: '^(0|[1-9][0-9]*)(\\.[0-9]{1,2})?$',
      description: 'What to refund.',
      'x-charter': { classification: 'money', currency: 'usd' },
    },
  })
  const shown = JSON.stringify(schema.output({ target: 'draft-2020-12' }))
  assert.match(shown, /"minor":\{"type":"integer"/)
  assert.match(shown, /"currency":\{"type":"string","const":"usd"\}/)
})
