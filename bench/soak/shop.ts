/** The shop of the desk: more invoices than there are runs at once, and more paid on each than is ever refunded. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { DeskData } from '../../examples/refunds/desk/seed.ts'

const invoices = 2_000
const customers = 50
const tickets = 200

export const invoiceOf = (n: number): string => `in_${n % invoices}`
export const ticketOf = (n: number): string => `t_${n % tickets}`

/** Writes the files that a desk is filled from, and says where they are. */
export function writeShop(folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (const [name, rows] of Object.entries(shop()))
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(rows))
  return folder
}

function shop(): DeskData {
  const times = <Row>(count: number, make: (n: number) => Row) => Array.from({ length: count }, (_, n) => make(n))
  return {
    customers: times(customers, (n) => ({ id: `c_${n}`, name: `c_${n}`, email: `c_${n}@mail.example` })),
    invoices: times(invoices, (n) => ({
      id: invoiceOf(n),
      customer: `c_${n % customers}`,
      description: 'beans',
      status: 'paid' as const,
      paid_minor: 100_000_000,
      refunded_minor: 0,
      currency: 'usd' as const,
      issued_days_ago: 3,
    })),
    tickets: times(tickets, (n) => ({
      id: ticketOf(n),
      customer: `c_${n % customers}`,
      invoice: invoiceOf(n),
      status: 'open' as const,
      created_days_ago: 1,
      subject: 'refund',
      body: 'Please refund me.',
    })),
    documents: [],
  }
}
