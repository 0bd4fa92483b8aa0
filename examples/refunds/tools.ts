/**
 * What the billing agent may be allowed: three reads and three writes on the desk. Each says what it touches, what the
 * desk can do about a lost answer, and what it never does; how much of it the agent may do is the page's to say.
 */
import { z } from 'zod'
import { defineTool, type Money, money, NotCommitted, pii, type VerifyAnswer } from '../../src/index.ts'
import { type DeskClient, DeskRefused, type Document, type Invoice, type Ticket } from './desk/client.ts'

export function refundTools(desk: DeskClient) {
  const getInvoice = invoiceReader(desk)
  return [
    ticketReader(desk),
    getInvoice,
    policySearch(desk),
    refundRequest(desk, getInvoice),
    noteWriter(desk),
    replySender(desk),
  ]
}

const ticketId = z.string().describe('Number of the ticket, such as ZD-188240.')
const invoiceId = z.string().describe('Number of the invoice, such as in_94A2.')

const ticketReader = (desk: DeskClient) =>
  defineTool({
    name: 'get_ticket',
    description: 'Read a support ticket: what the customer wrote, and the invoice that it is about.',
    kind: 'read',
    inputSchema: z.strictObject({ ticket: ticketId }),
    outputSchema: z.object({
      ticket: z.string(),
      customer: z.string(),
      invoice: z.string().nullable(),
      subject: z.string(),
      body: pii(z.string()),
    }),
    subjects: ({ ticket }) => ({ ticket }),
    execute: async ({ ticket }, { signal }) => shownTicket(await desk.getTicket(ticket, { signal })),
  })

const shownTicket = ({ id, ...ticket }: Ticket) => ({ ticket: id, ...ticket })

const invoiceSchema = z.object({
  invoice: z.string(),
  customer: z.string(),
  description: z.string(),
  status: z.enum(['open', 'paid', 'void']),
  paid: money('usd'),
  refunded: money('usd'),
  issued_on: z.string(),
})

const invoiceReader = (desk: DeskClient) =>
  defineTool({
    name: 'get_invoice',
    description: 'Read an invoice: whose it is, whether it is paid, what was paid and what was refunded already.',
    kind: 'read',
    inputSchema: z.strictObject({ invoice: invoiceId }),
    outputSchema: invoiceSchema,
    subjects: ({ invoice }) => ({ invoice }),
    execute: async ({ invoice }, { signal }) => shownInvoice(await desk.getInvoice(invoice, { signal })),
  })

const shownInvoice = ({ id, currency, paid_minor, refunded_minor, issued_at, ...invoice }: Invoice) => ({
  invoice: id,
  ...invoice,
  paid: dollars(paid_minor, currency),
  refunded: dollars(refunded_minor, currency),
  issued_on: issued_at.slice(0, 10),
})

const policySearch = (desk: DeskClient) =>
  defineTool({
    name: 'search_policy',
    description: 'Search what the house has written down about refunds and about writing to customers.',
    kind: 'read',
    inputSchema: z.strictObject({ query: z.string().min(2).max(200).describe('Words to look for.') }),
    outputSchema: z.object({
      documents: z.array(z.object({ id: z.string(), title: z.string(), text: z.string(), updated_on: z.string() })),
    }),
    execute: async ({ query }, { signal }) => ({
      documents: (await desk.searchDocuments(query, { signal })).map(shownDocument),
    }),
    documents: ({ documents }) => documents,
  })

const shownDocument = ({ updated_at, ...document }: Document) => ({ ...document, updated_on: updated_at.slice(0, 10) })

const refundRequest = (desk: DeskClient, getInvoice: ReturnType<typeof invoiceReader>) =>
  defineTool({
    name: 'request_refund',
    description: 'Refund a part or all of a paid invoice, the way it was paid.',
    kind: 'write',
    risk: 'high',
    inputSchema: z.strictObject({
      invoice: invoiceId,
      amount: money('usd'),
      reason: z.string().min(3).max(500).describe('What happened, for the books.'),
    }),
    outputSchema: z.object({ refund: z.string() }),
    subjects: async ({ invoice }, { read }) => {
      const { customer } = await read(getInvoice, { invoice })
      return { invoice, customer }
    },
    factsSchema: invoiceSchema.pick({ status: true, paid: true, refunded: true }),
    facts: ({ invoice }, { read }) => read(getInvoice, { invoice }),
    check: ({ amount }, { status, paid, refunded }) => {
      if (status !== 'paid') return `the invoice is ${status}: there is nothing to refund`
      const left = paid.minor - refunded.minor
      return amount.minor <= left || `${say({ ...paid, minor: left })} of the invoice is left to refund`
    },
    previewSchema: z.object({ left: money('usd') }),
    preview: async ({ invoice, amount }, { read }) => {
      const { paid, refunded, description } = await read(getInvoice, { invoice })
      const left = { ...paid, minor: Math.max(0, paid.minor - refunded.minor - amount.minor) }
      return { fields: { left }, says: `refund ${say(amount)} for "${description}", and leave ${say(left)}` }
    },
    idempotency: { honoured: '24h' },
    deadline: '5s',
    settlesWithin: '2s',
    execute: ({ invoice, amount, reason }, { key, signal }) =>
      sending(async () => ({ refund: (await desk.refund(invoice, amount, { key, signal, reason })).id })),
    verify: async ({ key, signal }) => found(await desk.findRefund(key, { signal }), ({ id }) => ({ refund: id })),
  })

const noteWriter = (desk: DeskClient) =>
  defineTool({
    name: 'add_note',
    description: 'Add an internal note to a ticket. The customer never sees it.',
    kind: 'write',
    inputSchema: z.strictObject({ ticket: ticketId, note: pii(z.string().min(3).max(2000).describe('The note.')) }),
    outputSchema: z.object({ note: z.string() }),
    subjects: ({ ticket }) => ({ ticket }),
    idempotency: { honoured: '24h' },
    execute: ({ ticket, note }, { key, signal }) =>
      sending(async () => ({ note: (await desk.addNote(ticket, note, { key, signal })).id })),
    verify: async ({ key, signal }) => found(await desk.findNote(key, { signal }), ({ id }) => ({ note: id })),
    undo: async ({ key, output, signal }) => {
      await desk.removeNote(output.note, { key: `${key}-undo`, signal })
    },
  })

const replySender = (desk: DeskClient) =>
  defineTool({
    name: 'send_reply',
    description: 'Send the customer an answer to their ticket. It cannot be taken back.',
    kind: 'write',
    inputSchema: z.strictObject({
      ticket: ticketId,
      text: pii(z.string().min(3).max(5000).describe('The whole answer.')),
    }),
    outputSchema: z.object({ reply: z.string() }),
    subjects: ({ ticket }) => ({ ticket }),
    previewSchema: z.object({ words: z.int() }),
    preview: ({ text }) => ({ fields: { words: text.split(/\s+/).length }, says: text }),
    idempotency: { honoured: '24h' },
    execute: ({ ticket, text }, { key, signal }) =>
      sending(async () => ({ reply: (await desk.sendReply(ticket, text, { key, signal })).id })),
    verify: async ({ key, signal }) => found(await desk.findReply(key, { signal }), ({ id }) => ({ reply: id })),
  })

/** A 4xx did certainly nothing. Anything else that goes wrong proves nothing, and is left as it is. */
async function sending<Output>(send: () => Promise<Output>): Promise<Output> {
  try {
    return await send()
  } catch (cause) {
    if (!(cause instanceof DeskRefused)) throw cause
    throw new NotCommitted(cause.message, { retryable: cause.status === 429, cause })
  }
}

const found = <Written, Output>(
  written: Written | null,
  outputOf: (written: Written) => Output,
): VerifyAnswer<Output> =>
  written === null ? { answer: 'absent' } : { answer: 'committed', output: outputOf(written) }

function dollars(minor: number, currency: string): Money<'usd'> {
  if (currency === 'usd') return { minor, currency }
  throw new Error(`this shop sells in dollars, not in \`${currency}\``)
}

/** To be read, never to be reckoned with. */
const say = ({ minor }: Money) => `${(minor / 100).toFixed(2)} USD`
