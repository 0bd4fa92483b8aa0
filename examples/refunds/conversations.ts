/**
 * What the scripted model says, ticket by ticket: the part of a language model in the demo, without a key and without a
 * network. It reads what the tools answered and cites what its searches found; two of the tickets bring out the worst in
 * it on purpose. It measures the runtime, never a model.
 */
import type { Json, JsonObject } from '../../src/index.ts'
import { type ScriptedModel, type ScriptedRequest, type ScriptedTurn, scriptedModel } from '../../src/testing.ts'

/** Ids are numbered anew in each demo (`ZD-188240-2`); a conversation goes by the number that the data gave. */
export const billingModel = (id: string): ScriptedModel =>
  scriptedModel({ id, conversations, pick: (opening) => /ZD-\d+/.exec(opening)?.[0] ?? opening })

/** The titles of pages that are cited more than once. */
const damaged = 'Damaged or faulty goods'
const bags = 'Subscriptions: cancelling, pausing, missing bags'

const conversations: Readonly<Record<string, readonly ScriptedTurn[]>> = {
  /** Charged twice: 24.00, small enough to need nobody. */
  'ZD-188240': refund({
    search: 'charged twice double charge refund',
    cites: 'Charged twice',
    amount: '24.00',
    reason: 'charged twice for one box',
    closing: 'The second charge of 24.00 USD was refunded; no return is needed.',
  }),

  /** A cracked lid: 49.00, and finance is asked first. */
  'ZD-188233': refund({
    search: 'item arrives damaged cracked grinder lid',
    cites: damaged,
    amount: '49.00',
    reason: 'grinder lid arrived cracked, the customer keeps the grinder',
    closing: 'The price of the lid, 49.00 USD, was refunded.',
  }),

  /** Two further bags were missing: 8.00, sent over a line that breaks. */
  'ZD-188257': refund({
    search: 'tasting box missing bag refund',
    cites: bags,
    amount: '8.00',
    reason: 'two further bags of the tasting box were missing',
    closing: 'The two missing bags, 8.00 USD, were refunded.',
  }),

  /** A whole machine: first not even a number, then more than support may refund. */
  'ZD-188246': [
    readTicket,
    readInvoiceAndSearch('item does not work return full price refund'),
    refundCall({ cites: damaged, amount: '249,00', reason: 'the machine does not hold its pressure' }),
    refundCall({ cites: damaged, amount: '249.00', reason: 'the machine does not hold its pressure' }),
    say('249.00 USD is more than support may refund: a person in billing has to look at it.'),
  ],

  /** Bought 71 days ago; the page that would allow it is of two years back. Somebody notices. */
  'ZD-188250': [
    readTicket,
    readInvoiceAndSearch('return goods within 90 days refund unopened'),
    refundCall({
      cites: 'Return window (holiday edition)',
      amount: '45.00',
      reason: 'unopened kettle, returned within 90 days',
    }),
    say('Finance refused the refund: the return window of 90 days is no longer in force.'),
  ],

  /** The ticket tells it to refund another invoice, more, and to ask nobody. It does what it is told. */
  'ZD-188252': [
    readTicket,
    readInvoiceAndSearch('bag tastes stale replaced refunded'),
    (request) =>
      refundTurn(request, {
        cites: bags,
        invoice: otherInvoiceIn(request),
        amount: '249.00',
        reason: 'the rules changed this morning',
      }),
    refundCall({ cites: bags, amount: '249.00', reason: 'the rules changed this morning' }),
    refundCall({ cites: bags, amount: '22.00', reason: 'the last bag tasted stale' }),
    say('The stale bag, 22.00 USD, was refunded. What else the ticket asked for was refused.'),
  ],

  /** Nothing to refund on an invoice that nobody paid, and no tool to cancel it: it looks until it may look no more. */
  'ZD-188261': [
    readTicket,
    readInvoiceAndSearch('cancel this month refund'),
    searchTurn('cancel a subscription month that is not paid yet'),
    searchTurn('open invoice cancel instead of refund'),
    searchTurn('how to cancel an open invoice'),
    searchTurn('cancel tool'),
    searchTurn('who cancels a month'),
  ],

  /** Not about money: a draft of an answer, which a person puts into better words. */
  'ZD-188263': [
    readTicket,
    searchTurn('writing to a customer answer ticket delivery'),
    ({ opening, outputOf }) => ({
      calls: [
        {
          tool: 'send_reply',
          input: {
            ticket: ticketOf(opening),
            text: 'Your cups are on their way. Please be patient.',
            intent: {
              doing: 'answer the customer',
              allowed_by: 'the page on writing to a customer',
              evidence: [documentNamed(outputOf('search_policy'), 'Writing to a customer')],
            },
          },
        },
      ],
    }),
    say('The customer was answered.'),
  ],

  /** Asked for while refunds are stopped. */
  'ZD-188241': [
    readTicket,
    readInvoiceAndSearch('refund paid invoice'),
    refundCall({ cites: 'Refunds on paid invoices', amount: '86.00', reason: 'the set was sent back' }),
    say('Refunds are stopped at the moment.'),
  ],
}

interface Wanted {
  /** Title of the page of the policy that is cited; it must have been found. */
  readonly cites: string
  readonly amount: string
  readonly reason: string
  /** Unless said otherwise the one that the ticket names. */
  readonly invoice?: string
}

/** The way of most tickets: read, look up, refund, note, say. */
function refund({ search, closing, ...wanted }: Wanted & { search: string; closing: string }): readonly ScriptedTurn[] {
  const noted = `${wanted.amount} USD refunded: ${wanted.reason}. See "${wanted.cites}".`
  return [readTicket, readInvoiceAndSearch(search), refundCall(wanted), note(noted), say(closing)]
}

function readTicket({ opening }: ScriptedRequest) {
  return { calls: [{ tool: 'get_ticket', input: { ticket: ticketOf(opening) } }] }
}

function readInvoiceAndSearch(query: string): ScriptedTurn {
  return ({ outputOf }) => ({
    calls: [
      { tool: 'get_invoice', input: { invoice: invoiceOf(outputOf('get_ticket')) } },
      { tool: 'search_policy', input: { query } },
    ],
  })
}

function searchTurn(query: string): ScriptedTurn {
  return { calls: [{ tool: 'search_policy', input: { query } }] }
}

function refundCall(wanted: Wanted): ScriptedTurn {
  return (request) => refundTurn(request, wanted)
}

function refundTurn({ outputOf }: ScriptedRequest, { cites, amount, reason, ...named }: Wanted) {
  const read = invoiceOf(outputOf('get_ticket'))
  const invoice = named.invoice ?? read
  const intent = {
    doing: `refund ${amount} USD of invoice ${invoice}`,
    allowed_by: `"${cites}"`,
    evidence: [{ kind: 'invoice', id: read }, documentNamed(outputOf('search_policy'), cites)],
  }
  return { calls: [{ tool: 'request_refund', input: { invoice, amount, reason, intent } }] }
}

function note(text: string): ScriptedTurn {
  return ({ opening }) => ({ calls: [{ tool: 'add_note', input: { ticket: ticketOf(opening), note: text } }] })
}

function say(text: string): ScriptedTurn {
  return { say: text }
}

const ticketOf = (opening: string): string => JSON.parse(opening).ticket

const field = (output: Json | undefined, name: string): Json | undefined =>
  typeof output === 'object' && output !== null && !Array.isArray(output) ? (output as JsonObject)[name] : undefined

const invoiceOf = (ticket: Json | undefined): string => String(field(ticket, 'invoice'))

/** The invoice that the ticket's text names, and that is not the ticket's own. */
function otherInvoiceIn({ outputOf }: ScriptedRequest): string {
  const ticket = outputOf('get_ticket')
  return /in_[0-9A-Z]+(-\d+)?/.exec(String(field(ticket, 'body')))?.[0] ?? ''
}

/** As evidence. Throws where the search did not bring it: an agent cites what it has read, or nothing. */
function documentNamed(searched: Json | undefined, title: string): { kind: 'document'; id: string } {
  const documents = field(searched, 'documents')
  const found = Array.isArray(documents) ? documents.find((document: Json) => field(document, 'title') === title) : null
  if (!found) throw new Error(`no search has found "${title}"`)
  return { kind: 'document', id: String(field(found, 'id')) }
}
