/** What the scripted model says in these stories. */
import type { WrittenTurn } from '../../src/testing.ts'

export const readInvoice: WrittenTurn = { calls: [{ tool: 'get_invoice', input: { invoice: 'in_93K2' } }] }

export const refund = (amount: string, invoice = 'in_93K2'): WrittenTurn => ({
  calls: [{ tool: 'request_refund', input: { invoice, amount, reason: 'the lid is cracked' } }],
})

export const note = (text = 'refunded the price of the lid'): WrittenTurn => ({
  calls: [{ tool: 'add_note', input: { ticket: 'ZD-188233', note: text } }],
})

export const farewell: WrittenTurn = { say: 'The ticket is settled.' }

/** A whole run: one read, one write, an end. */
export const smallRun: readonly WrittenTurn[] = [readInvoice, refund('20.00'), farewell]
