/** Tools on the real desk, one of each kind of write: keyed, looked up, sent at most once, undone. */
import { z } from 'zod'
import { connectDesk, DeskRefused } from '../examples/refunds/desk/client.ts'
import { defineTool } from '../src/tools/define-tool.ts'
import { money } from '../src/tools/money.ts'
import { NotCommitted } from '../src/tools/tool.ts'

export function refundTools(deskUrl: string) {
  const desk = connectDesk(deskUrl)

  const getInvoice = defineTool({
    name: 'get_invoice',
    description: 'Shows an invoice.',
    kind: 'read',
    inputSchema: z.strictObject({ invoice: z.string() }),
    outputSchema: z.object({ id: z.string(), customer: z.string(), paid: money('usd'), refunded: money('usd') }),
    subjects: ({ invoice }) => ({ invoice }),
    execute: async ({ invoice }, sending) => {
      const { id, customer, paid_minor, refunded_minor } = await desk.getInvoice(invoice, sending)
      return { id, customer, paid: usd(paid_minor), refunded: usd(refunded_minor) }
    },
  })

  const getTicket = defineTool({
    name: 'get_ticket',
    description: 'Shows a ticket.',
    kind: 'read',
    inputSchema: z.strictObject({ ticket: z.string() }),
    outputSchema: z.object({ id: z.string(), customer: z.string(), status: z.string(), body: z.string() }),
    subjects: ({ ticket }) => ({ ticket }),
    execute: ({ ticket }, sending) => desk.getTicket(ticket, sending),
  })

  const searchPolicy = defineTool({
    name: 'search_policy',
    description: 'Finds pages of the refund policy.',
    kind: 'read',
    inputSchema: z.strictObject({ query: z.string() }),
    outputSchema: z.object({ documents: z.array(z.object({ id: z.string(), title: z.string() })) }),
    execute: async ({ query }, sending) => ({ documents: await desk.searchDocuments(query, sending) }),
    documents: ({ documents }) => documents,
  })

  const refund = {
    kind: 'write' as const,
    inputSchema: z.strictObject({ invoice: z.string(), amount: money('usd'), reason: z.string().default('') }),
    outputSchema: z.object({ id: z.string() }),
    factsSchema: z.object({ paid: money('usd'), refunded: money('usd') }),
    retry: { attempts: 3, backoff: '1ms' as const, max: '2ms' as const },
  }
  type Refund = z.output<typeof refund.inputSchema>
  type Facts = z.output<typeof refund.factsSchema>
  const leaves = ({ amount }: Refund, { paid, refunded }: Facts) =>
    amount.minor <= paid.minor - refunded.minor || 'more than was paid'

  /** Sent again under its key while the desk honours it. */
  const requestRefund = defineTool({
    ...refund,
    name: 'request_refund',
    description: 'Refunds a paid invoice.',
    subjects: async ({ invoice }, { read }) => ({ invoice, customer: (await read(getInvoice, { invoice })).customer }),
    facts: ({ invoice }, { read }) => read(getInvoice, { invoice }),
    check: leaves,
    previewSchema: z.object({ left: money('usd') }),
    preview: async ({ invoice, amount }, { read }) => {
      const { paid, refunded } = await read(getInvoice, { invoice })
      const left = paid.minor - refunded.minor - amount.minor
      return { fields: { left: usd(Math.max(0, left)) }, says: `refunds ${amount.minor} cents` }
    },
    idempotency: { honoured: '24h' },
    execute: ({ invoice, amount, reason }, { key, signal }) =>
      orNotCommitted(desk.refund(invoice, amount, { key, signal, reason })),
  })

  /** Never told the desk's answer twice: what became of it is looked up. */
  const refundByLookup = defineTool({
    ...refund,
    name: 'refund_by_lookup',
    description: 'Refunds a paid invoice, at a desk that can be asked what became of it.',
    subjects: async ({ invoice }, { read }) => ({ invoice, customer: (await read(getInvoice, { invoice })).customer }),
    facts: ({ invoice }, { read }) => read(getInvoice, { invoice }),
    check: leaves,
    execute: ({ invoice, amount, reason }, { key, signal }) =>
      orNotCommitted(desk.refund(invoice, amount, { key, signal, reason })),
    verify: async ({ key, signal }) => {
      const found = await desk.findRefund(key, { signal })
      return found ? { answer: 'committed', output: found } : { answer: 'absent' }
    },
  })

  const sendReply = defineTool({
    name: 'send_reply',
    description: 'Writes to the customer.',
    kind: 'write',
    inputSchema: z.strictObject({ ticket: z.string(), body: z.string() }),
    outputSchema: z.object({ id: z.string() }),
    subjects: ({ ticket }) => ({ ticket }),
    atMostOnce: true,
    execute: ({ ticket, body }, { signal }) => orNotCommitted(desk.sendReply(ticket, body, { signal })),
  })

  const addNote = defineTool({
    name: 'add_note',
    description: 'Adds an internal note to a ticket.',
    kind: 'write',
    inputSchema: z.strictObject({ ticket: z.string(), body: z.string() }),
    outputSchema: z.object({ id: z.string() }),
    subjects: ({ ticket }) => ({ ticket }),
    idempotency: { honoured: '24h' },
    retry: { attempts: 3, backoff: '1ms', max: '2ms' },
    execute: ({ ticket, body }, { key, signal }) => orNotCommitted(desk.addNote(ticket, body, { key, signal })),
    undo: async ({ output, signal }) => void (await desk.removeNote(output.id, { signal })),
  })

  return [getInvoice, getTicket, searchPolicy, requestRefund, refundByLookup, sendReply, addNote] as const
}

const usd = (minor: number) => ({ minor, currency: 'usd' as const })

/** A refusal says that this sending was not committed; a rate limit, that another may be. */
async function orNotCommitted<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (thrown) {
    if (thrown instanceof DeskRefused) throw new NotCommitted(thrown.message, { retryable: thrown.status === 429 })
    throw thrown
  }
}
