import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import type { Json } from '../json.ts'
import { pii, secret } from '../tools/classification.ts'
import { money } from '../tools/money.ts'
import { schemaFromStandard } from '../tools/schema-from-standard.ts'
import { shapesAndChecksums as redactor } from './detect.ts'
import { classifiedValues, knownValues, redact } from './redact.ts'
import { mask, type Redactor, together } from './redactor.ts'

const customer = z.strictObject({
  name: pii(z.string()),
  token: secret(z.string()),
  note: z.string(),
  paid: money('usd'),
  contacts: z.array(
    z.strictObject({ address: pii(z.strictObject({ street: z.string(), no: z.number() })), role: z.string() }),
  ),
})

const ada: Json = {
  name: 'Ada Lovelace',
  token: 'x',
  note: 'write to ada@acme.example',
  paid: { minor: 4900, currency: 'usd' },
  contacts: [{ address: { street: 'Main St', no: 5 }, role: 'owner' }],
}

test('fields are taken out as their schema classifies them, whatever they hold, and money stays', async () => {
  const { classified } = schemaFromStandard(customer, 'refuse')
  assert.deepEqual(await redact(ada, { redactor, classified }), {
    name: '[redacted: pii]',
    token: '[redacted: secret]',
    note: 'write to [redacted: email]',
    paid: { minor: 4900, currency: 'usd' },
    contacts: [{ address: '[redacted: pii]', role: 'owner' }],
  })
})

test('what stands in a classified field is found again in free text', async () => {
  const { classified } = schemaFromStandard(customer, 'refuse')
  const known = knownValues(classifiedValues(ada, classified))
  assert.equal(
    await redact('refunded ADA LOVELACE (not Ada Lovelacey)', { redactor: known }),
    'refunded [redacted: pii] (not Ada Lovelacey)',
  )
})

test('a model that knows more works beside the detectors, and what both find is masked once', async () => {
  const model: Redactor = {
    find: async (texts) =>
      texts.map((text) => {
        const start = text.indexOf('Ada <')
        return start < 0 ? [] : [{ kind: 'person', start, end: start + 'Ada <ada@acme'.length }]
      }),
  }
  const both = together(redactor, model)
  assert.equal(
    await redact('from Ada <ada@acme.example>, thanks', { redactor: both }),
    'from [redacted: person]>, thanks',
  )
})

test('a model that cannot be asked fails the redaction: nothing is shown that it did not see', async () => {
  const model: Redactor = { find: async () => Promise.reject(new Error('no answer')) }
  await assert.rejects(redact('x', { redactor: together(redactor, model) }), /no answer/)
})

test('names of fields and long numbers are looked at too, and no two fields become one', async () => {
  const value: Json = { 'a@x.example': 1, 'b@x.example': 2, card: 4111111111111111, at: 1763750000000 }
  assert.deepEqual(await redact(value, { redactor }), {
    '[redacted: email]': 1,
    '[redacted: email] 2': 2,
    card: '[redacted: card]',
    at: 1763750000000,
  })
})

test('what was masked once is masked no more, and the rest of a text is as it was', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(20), fc.nat(20), (text, start, length) => {
      const findings =
        start < text.length ? [{ kind: 'pii', start, end: Math.min(text.length, start + length + 1) }] : []
      const [finding] = findings
      const expected = finding ? `${text.slice(0, start)}[redacted: pii]${text.slice(finding.end)}` : text
      assert.equal(mask(text, findings), expected)
    }),
  )
})
