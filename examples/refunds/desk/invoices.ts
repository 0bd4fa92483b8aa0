import { z } from 'zod'
import { type Answer, Refusal } from './refusal.ts'
import { type DeskRequest, keyAsked, parseBody } from './request.ts'
import type { Store } from './store.ts'
import { nextId, recordCommit } from './witness.ts'

/** Amounts are whole cents. */
export type Invoice = {
  id: string
  customer: string
  description: string
  status: 'open' | 'paid' | 'void'
  currency: string
  paid_minor: number
  refunded_minor: number
  issued_at: string
}

export type Refund = {
  id: string
  invoice: string
  amount_minor: number
  currency: string
  reason: string
  created_at: string
  idempotency_key: string | null
}

export type Customer = {
  id: string
  name: string
  email: string
}

export function showCustomer({ sql }: Store, { params: { id = '' } }: DeskRequest): Answer {
  const customer = sql.get`select * from customers where id = ${id}`
  if (!customer) throw new Refusal(404, 'customer_not_found', `there is no customer \`${id}\``)
  return { status: 200, body: customer }
}

export function showInvoice(store: Store, { params: { id = '' } }: DeskRequest): Answer {
  return { status: 200, body: invoiceNamed(store, id) }
}

export function findRefunds({ sql }: Store, request: DeskRequest): Answer {
  const refunds = sql.all`select * from refunds where idempotency_key = ${keyAsked(request)} order by rowid`
  return { status: 200, body: { refunds } }
}

const RefundBody = z.strictObject({
  invoice: z.string(),
  amount_minor: z.int().positive(),
  currency: z.string(),
  reason: z.string().max(500),
})

export function createRefund(store: Store, request: DeskRequest): Answer {
  const { invoice, amount_minor, currency, reason } = parseBody(RefundBody, request)
  refuseBeyondPaid(invoiceNamed(store, invoice), amount_minor, currency)
  const id = nextId(store, 're')
  const created_at = new Date(request.at).toISOString()
  const refund: Refund = { id, invoice, amount_minor, currency, reason, created_at, idempotency_key: request.key }
  store.sql.run`insert into refunds values
    (${id}, ${invoice}, ${amount_minor}, ${currency}, ${reason}, ${created_at}, ${request.key})`
  store.sql.run`update invoices set refunded_minor = refunded_minor + ${amount_minor} where id = ${invoice}`
  recordCommit(store, request, { kind: 'refund', id, invoice, amount_minor, currency, text: reason })
  return { status: 201, body: refund }
}

function invoiceNamed({ sql }: Store, id: string): Invoice {
  const invoice = sql.get`select * from invoices where id = ${id}`
  if (!invoice) throw new Refusal(404, 'invoice_not_found', `there is no invoice \`${id}\``)
  return { ...invoice } as Invoice
}

function refuseBeyondPaid(invoice: Invoice, amount: number, currency: string): void {
  if (invoice.currency !== currency) {
    throw new Refusal(422, 'currency_mismatch', `invoice \`${invoice.id}\` is in \`${invoice.currency}\``)
  }
  if (invoice.status !== 'paid') {
    throw new Refusal(409, 'invoice_not_paid', `invoice \`${invoice.id}\` is ${invoice.status}`)
  }
  const left = invoice.paid_minor - invoice.refunded_minor
  if (amount > left) {
    throw new Refusal(
      409,
      'refund_exceeds_paid',
      `${left} is left to refund on invoice \`${invoice.id}\`, not ${amount}`,
    )
  }
}
