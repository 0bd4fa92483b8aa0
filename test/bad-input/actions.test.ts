/** What goes wrong inside a run is an answer to its model and a fact in its ledger: the run goes on, and nothing is done twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { DeskClient } from '../../examples/refunds/desk/client.ts'
import { defineTool } from '../../src/index.ts'
import { toolSet } from '../../src/tools/tool-set.ts'
import { freshProject, page, start, verifies } from './project.ts'
import { bodiesOf, returnedIn } from './read-run.ts'
import { farewell, note, readInvoice, refund, smallRun } from './turns.ts'

test('P1 a policy that overflows refuses the action, says so, sends nothing, and the run goes on', async (t) => {
  const overflowing = `permit (principal, action, resource);
forbid (principal, action == Action::"request_refund", resource)
when { context.args.amount.minor * 9223372036854775807 < 0 };
`
  const project = await freshProject(t, {
    page: `${page}policies: [./refunds.cedar]\n`,
    files: { 'refunds.cedar': overflowing },
    turns: [readInvoice, refund('20.00'), note('the refund was refused'), farewell],
  })
  const runtime = await project.runtime()

  const run = await start(runtime)

  assert.equal((await run.settled()).status, 'done')
  const [read, refused, noted] = await returnedIn(runtime, run.id)
  assert.deepEqual([read?.outcome, refused?.outcome, noted?.outcome], ['result', 'refused', 'result'])
  assert.equal(refused?.code, 'policy_error')
  assert.match(JSON.stringify(refused?.told), /policy_error.*overflow/)
  assert.deepEqual(
    project.desk.commits().map(({ kind }) => kind),
    ['note'],
  )
  const shown = await project.charter('run', 'show', run.id)
  assert.match(shown.out, /2\.1 request_refund.*\n.*deny policy_error.*\n.*refunds\.cedar#2.*overflow/)
  await verifies(project)
})

/** Reads and writes that hand on whatever the desk answered, however much it is. */
const wideTools = (desk: DeskClient) => [
  defineTool({
    name: 'get_invoice',
    description: 'Read an invoice.',
    kind: 'read',
    inputSchema: z.strictObject({ invoice: z.string() }),
    outputSchema: z.looseObject({ id: z.string() }),
    execute: ({ invoice }, { signal }) => desk.getInvoice(invoice, { signal }),
  }),
  defineTool({
    name: 'add_note',
    description: 'Add an internal note to a ticket.',
    kind: 'write',
    inputSchema: z.strictObject({ ticket: z.string(), note: z.string() }),
    outputSchema: z.looseObject({ id: z.string() }),
    idempotency: { honoured: '24h' },
    execute: ({ ticket, note: words }, { key, signal }) => desk.addNote(ticket, words, { key, signal }),
  }),
]

test('a read that answers 20 MB is not shown to the model, and the run goes on', async (t) => {
  const project = await freshProject(t, { turns: smallRun.with(1, note()) })
  const runtime = await project.runtime({ agents: [{ ...project.agent(), tools: toolSet(wideTools(project.client)) }] })
  project.desk.setFault({ method: 'GET', path: '/invoices/:id', fault: 'huge', megabytes: 20 })

  const run = await start(runtime)

  assert.equal((await run.settled()).status, 'done')
  const [read, noted] = await returnedIn(runtime, run.id)
  assert.deepEqual([read?.outcome, read?.code, noted?.outcome], ['failed', 'output_rejected', 'result'])
  assert.match(JSON.stringify(read?.told), /output_rejected.*the answer is 209\d+ bytes; at most 1000000 are kept/)
  assert.ok(project.size() < 1_000_000, `the ledger has ${project.size()} bytes`)
  await verifies(project)
})

test('D6 a write that answers 20 MB is committed once with its output rejected, and the model is told that it happened', async (t) => {
  const project = await freshProject(t, { turns: smallRun.with(1, note()) })
  const runtime = await project.runtime({ agents: [{ ...project.agent(), tools: toolSet(wideTools(project.client)) }] })
  project.desk.setFault({ method: 'POST', path: '/tickets/:id/notes', fault: 'huge', megabytes: 20 })

  const run = await start(runtime)

  assert.equal((await run.settled()).status, 'done')
  const [, noted] = await returnedIn(runtime, run.id)
  assert.deepEqual([noted?.outcome, noted?.code], ['result', 'output_rejected'])
  assert.match(JSON.stringify(noted?.told), /"status":"committed"/)
  const [committed, ...others] = await bodiesOf(runtime, run.id, 'effect.committed')
  assert.deepEqual([committed?.output, committed?.attempt, others.length], ['rejected', 1, 0])
  assert.equal(project.desk.arrivals().filter(({ method }) => method === 'POST').length, 1)
  assert.equal(project.desk.commits().length, 1)
  assert.ok(project.size() < 1_000_000, `the ledger has ${project.size()} bytes`)
  await verifies(project)
})
