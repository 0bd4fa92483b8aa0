/** Real runs on a ledger in memory: what becomes of an action whose facts may not be read. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import { createRuntime } from '../create-runtime.ts'
import { defineAgent } from '../define-agent.ts'
import { scriptedModel } from '../models/scripted-model.ts'
import { defineTool } from '../tools/define-tool.ts'
import { readRunEvent } from './events.ts'

const getInvoice = defineTool({
  name: 'get_invoice',
  description: 'Read an invoice.',
  kind: 'read',
  inputSchema: z.strictObject({ invoice: z.string() }),
  outputSchema: z.object({ paid: z.int() }),
  subjects: ({ invoice }) => ({ invoice }),
  execute: () => ({ paid: 100 }),
})

const requestRefund = defineTool({
  name: 'request_refund',
  description: 'Refund an invoice.',
  kind: 'write',
  inputSchema: z.strictObject({ invoice: z.string() }),
  outputSchema: z.object({ refund: z.string() }),
  factsSchema: z.object({ paid: z.int() }),
  facts: ({ invoice }, { read }) => read(getInvoice, { invoice }),
  atMostOnce: true,
  execute: () => assert.fail('nothing may be sent'),
})

/** What was said of the one refund that the model asks for, of this invoice, under these rules for reading; the grant names in_1. */
async function judgedRefund(t: TestContext, invoice: string, rules: string) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gather-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const charter = path.join(folder, 'billing.charter.yaml')
  writeFileSync(
    charter,
    `charter: 1
agent: { name: billing, stage: auto }
models: { default: openai/gpt-4.1-mini }
tools: { get_invoice: ${rules}, request_refund: { allowed: true } }
`,
  )
  const calls = [{ tool: 'request_refund', input: { invoice } }]
  const id = 'openai/gpt-4.1-mini'
  const model = scriptedModel({ id, conversations: { refund: [{ calls }, { say: 'it was refused' }] } })
  const agent = defineAgent({ charter, tools: [getInvoice, requestRefund], models: { [id]: model } })
  await using runtime = await createRuntime({ agents: [agent], ledger: ':memory:' })
  const run = await runtime.start(agent, { input: `refund ${invoice}`, subjects: { invoice: ['in_1'] } })
  await run.settled()
  const { ledger, tenant } = runtime.house
  const events = (await ledger.read(tenant, `run/${run.id}`)).map(readRunEvent)
  const judged = events.find((event) => event.type === 'action.judged')
  return judged?.body
}

test('an action whose facts the grant does not let it read is refused by the grant, and says so', async (t) => {
  const judged = await judgedRefund(t, 'in_2', '{ allowed: true }')
  assert.deepEqual([judged?.decision, judged?.code, judged?.rules], ['deny', 'grant_invalid', ['grant']])
})

test('an action whose facts the page does not let it read is refused by that rule of the page', async (t) => {
  const judged = await judgedRefund(t, 'in_1', '{ allowed: false }')
  assert.deepEqual(
    [judged?.decision, judged?.code, judged?.rules],
    ['deny', 'denied_by_policy', ['get_invoice.allowed']],
  )
})
