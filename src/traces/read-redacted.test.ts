import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { call, refundHouse, say } from '../../test/refund-house.ts'
import { pii, secret } from '../tools/classification.ts'
import { defineTool } from '../tools/define-tool.ts'
import { accountOf } from './account.ts'
import { readRedacted, type Seeing } from './read-redacted.ts'
import { traceOf } from './trace.ts'
import { traceDocument } from './trace-document.ts'
import { traceEnvelope } from './trace-envelope.ts'

const key = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_')

const findCustomer = defineTool({
  name: 'find_customer',
  description: 'Finds a customer by name.',
  kind: 'read',
  inputSchema: z.strictObject({ name: pii(z.string()) }),
  outputSchema: z.object({ id: z.string(), street: pii(z.string()), session: secret(z.string()), tier: z.string() }),
  subjects: () => ({ customer: 'c_1' }),
  execute: async () => ({ id: 'c_1', street: '12 Analytical Row', session: 'blue-harbour-lamp', tier: 'gold' }),
})

/** Everything that leaves the house of one run, as text. */
async function told(seeing: Seeing = {}) {
  await using house = await refundHouse({
    page: { tools: { find_customer: { allowed: true } } },
    tools: (own) => [...own, findCustomer],
  })
  const { run } = await house.play(
    [
      call('find_customer', { name: 'Ada Lovelace' }),
      say(
        `Ada Lovelace of 12 Analytical Row, DE89 3704 0044 0532 0130 00, ada@mail.example, ${key}, blue-harbour-lamp, gold.`,
      ),
    ],
    {},
  )
  const trace = traceOf(await readRedacted(house.runtime.house, run, seeing))
  const rules = () => undefined
  return [accountOf(trace, rules), traceDocument(trace, rules), traceEnvelope(trace, house.runtime.house.sealer)].map(
    (each) => JSON.stringify(each),
  )
}

const personal = ['Ada Lovelace', 'Analytical Row', 'DE89', 'ada@mail.example']
const secrets = [key, 'blue-harbour-lamp']

test('what leaves the house has neither classified fields nor what was copied from them, nor what has a checksum', async () => {
  for (const text of await told()) {
    for (const value of [...personal, ...secrets]) assert.ok(!text.includes(value), `${value} in ${text}`)
    assert.ok(text.includes('find_customer'))
  }
})

test('whoever may see personal data sees it, and never a secret', async () => {
  const [account = '', document = ''] = await told({ reveal: true })
  for (const value of personal) assert.ok(document.includes(value), value)
  for (const value of secrets) assert.ok(!(account + document).includes(value), value)
})

test('a model of their own finds what our detectors do not know', async () => {
  const redactor = {
    find: async (texts: readonly string[]) =>
      texts.map((text) =>
        [...text.matchAll(/gold/g)].map(({ index }) => ({ kind: 'tier', start: index, end: index + 4 })),
      ),
  }
  const [, document = ''] = await told({ redactor })
  assert.ok(document.includes('[redacted: tier]') && !document.includes('gold'))
  assert.ok(!document.includes('DE89'), 'the detectors look as well')
})
