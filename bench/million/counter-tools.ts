/** The tools of the counter: a system of record in the process, where every number has a ticket, an invoice and a customer. */
import { z } from 'zod'
import { defineTool } from '../../src/tools/define-tool.ts'
import { money } from '../../src/tools/money.ts'
import type { Tool } from '../../src/tools/tool.ts'

/** What was really done: the witness beside the ledger. */
export interface Done {
  /** Keys under which something was written: each counts once. */
  readonly keys: Set<string>
}

const paid = { minor: 20_000, currency: 'usd' as const }
const noteOfTicket = 'The parcel came late and the box was wet, and she would like some of her money back.'

export function counterTools(done: Done): readonly Tool[] {
  const written = (key: string) => {
    done.keys.add(key)
    return { id: key }
  }
  const listTickets = defineTool({
    name: 'list_tickets',
    description: 'The open tickets of a customer.',
    kind: 'read',
    inputSchema: z.strictObject({ customer: z.string() }),
    outputSchema: z.object({ tickets: z.array(z.string()) }),
    subjects: ({ customer }) => ({ customer }),
    execute: ({ customer }) => ({ tickets: [customer.replace('c_', 't_')] }),
  })
  const getTicket = defineTool({
    name: 'get_ticket',
    description: 'Shows a ticket.',
    kind: 'read',
    inputSchema: z.strictObject({ ticket: z.string() }),
    outputSchema: z.object({ ticket: z.string(), status: z.string(), body: z.string() }),
    subjects: ({ ticket }) => ({ ticket }),
    execute: ({ ticket }) => ({ ticket, status: 'open', body: noteOfTicket }),
  })
  const getInvoice = defineTool({
    name: 'get_invoice',
    description: 'Shows an invoice.',
    kind: 'read',
    inputSchema: z.strictObject({ invoice: z.string() }),
    outputSchema: z.object({ invoice: z.string(), customer: z.string(), paid: money('usd') }),
    subjects: ({ invoice }) => ({ invoice }),
    execute: ({ invoice }) => ({ invoice, customer: invoice.replace('in_', 'c_'), paid }),
  })
  const getCustomer = defineTool({
    name: 'get_customer',
    description: 'Shows a customer.',
    kind: 'read',
    inputSchema: z.strictObject({ customer: z.string() }),
    outputSchema: z.object({ customer: z.string(), since: z.number() }),
    subjects: ({ customer }) => ({ customer }),
    execute: ({ customer }) => ({ customer, since: 2019 }),
  })
  const searchPolicy = defineTool({
    name: 'search_policy',
    description: 'Finds pages of the refund policy.',
    kind: 'read',
    inputSchema: z.strictObject({ query: z.string() }),
    outputSchema: z.object({ documents: z.array(z.object({ id: z.string(), text: z.string() })) }),
    execute: ({ query }) => ({ documents: [{ id: `doc_${query.length % 3}`, text: 'Late parcels are refunded.' }] }),
    documents: ({ documents }) => documents,
  })
  const requestRefund = defineTool({
    name: 'request_refund',
    description: 'Refunds a paid invoice.',
    kind: 'write',
    inputSchema: z.strictObject({ invoice: z.string(), amount: money('usd') }),
    outputSchema: z.object({ id: z.string() }),
    factsSchema: z.object({ paid: money('usd') }),
    subjects: async ({ invoice }, { read }) => ({ invoice, customer: (await read(getInvoice, { invoice })).customer }),
    facts: ({ invoice }, { read }) => read(getInvoice, { invoice }),
    check: ({ amount }, facts) => amount.minor <= facts.paid.minor || 'more than was paid',
    idempotency: { honoured: '24h' },
    execute: (_, { key }) => written(key),
  })
  const addNote = defineTool({
    name: 'add_note',
    description: 'Adds an internal note to a ticket.',
    kind: 'write',
    inputSchema: z.strictObject({ ticket: z.string(), body: z.string() }),
    outputSchema: z.object({ id: z.string() }),
    subjects: ({ ticket }) => ({ ticket }),
    idempotency: { honoured: '24h' },
    execute: (_, { key }) => written(key),
    undo: async () => {},
  })
  return [listTickets, getTicket, getInvoice, getCustomer, searchPolicy, requestRefund, addNote]
}
