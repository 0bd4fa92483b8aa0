/** The made-up shop: read from a folder of files, written into an empty desk. Ages become dates on that day. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Store } from './store.ts'

export interface DeskData {
  customers: { id: string; name: string; email: string }[]
  invoices: {
    id: string
    customer: string
    description: string
    status: 'open' | 'paid' | 'void'
    /** Whole cents, as `refunded_minor`. */
    paid_minor: number
    refunded_minor: number
    currency: 'usd'
    issued_days_ago: number
  }[]
  tickets: {
    id: string
    customer: string
    invoice: string | null
    status: 'open' | 'closed'
    created_days_ago: number
    subject: string
    body: string
  }[]
  documents: { id: string; source: string; title: string; text: string; updated_days_ago: number }[]
}

export const shopFolder = path.resolve(import.meta.dirname, '../data')

/** Reads `customers`, `invoices`, `tickets` and `documents` (`.json`), and each document's text from `documents/<id>.md`. */
export function readData(folder: string): DeskData {
  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8')
  const documents: DeskData['documents'] = JSON.parse(read('documents.json'))
  return {
    customers: JSON.parse(read('customers.json')),
    invoices: JSON.parse(read('invoices.json')),
    tickets: JSON.parse(read('tickets.json')),
    documents: documents.map((document) => ({ ...document, text: read(`documents/${document.id}.md`).trim() })),
  }
}

export function seed({ sql, now }: Store, data: DeskData): void {
  const daysAgo = (days: number) => new Date(now() - days * 86_400_000).toISOString()
  for (const { id, name, email } of data.customers) sql.run`insert into customers values (${id}, ${name}, ${email})`
  for (const it of data.invoices) {
    sql.run`insert into invoices values (${it.id}, ${it.customer}, ${it.description}, ${it.status}, ${it.currency},
      ${it.paid_minor}, ${it.refunded_minor}, ${daysAgo(it.issued_days_ago)})`
  }
  for (const it of data.tickets) {
    sql.run`insert into tickets values (${it.id}, ${it.customer}, ${it.invoice}, ${it.status}, ${it.subject}, ${it.body},
      ${daysAgo(it.created_days_ago)})`
  }
  for (const it of data.documents) {
    sql.run`insert into documents values (${it.id}, ${it.source}, ${it.title}, ${it.text}, ${daysAgo(it.updated_days_ago)})`
  }
}
