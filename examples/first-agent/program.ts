import { z } from 'zod'
import { createRuntime, defineAgent, defineTool, money } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing.ts'

// Yours. It honours idempotency keys: the same key again is the same refund.
const payments = { refund: async (invoice: string, cents: number, _key: string) => `re_${invoice}_${cents}` }

const requestRefund = defineTool({
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  kind: 'write',
  inputSchema: z.strictObject({ invoice: z.string(), amount: money('usd') }),
  outputSchema: z.object({ refund: z.string() }),
  subjects: ({ invoice }) => ({ invoice }),
  idempotency: { honoured: '24h' },
  execute: async ({ invoice, amount }, { key }) => ({ refund: await payments.refund(invoice, amount.minor, key) }),
})

// Plays the part of the model, without a key and without a network. Take it away, and the page's own model is asked.
const model = scriptedModel({
  id: 'openai/gpt-4.1-mini',
  conversations: {
    refund: [
      { calls: [{ tool: 'request_refund', input: { invoice: 'in_93K2', amount: '49.00' } }] },
      { say: 'The price of the broken lid was refunded.' },
    ],
  },
})

const billing = defineAgent({
  charter: './billing.charter.yaml',
  tools: [requestRefund],
  models: { 'openai/gpt-4.1-mini': model },
})

await using runtime = await createRuntime({ agents: [billing] })
const run = await runtime.start(billing, {
  input: { ticket: 'ZD-188233' },
  onBehalfOf: 'ada@acme.example',
  subjects: { invoice: ['in_93K2'] },
  key: 'ZD-188233',
})
const result = await run.settled()
if (result.status === 'waiting') console.log(`${result.approvals[0].question}\n${result.approvals[0].command}`)
else console.log(result.status, result.output, `$${result.costUsd}`)
