/** What can be asked of the desk. A write runs in one transaction and under its idempotency key; a read does neither. */
import { searchDocuments } from './documents.ts'
import { createRefund, findRefunds, showCustomer, showInvoice } from './invoices.ts'
import { matchPath } from './path-pattern.ts'
import type { Answer } from './refusal.ts'
import type { DeskRequest } from './request.ts'
import type { Store } from './store.ts'
import { addNote, findNotes, findReplies, removeNote, sendReply, showTicket } from './tickets.ts'

type Deed = (store: Store, request: DeskRequest) => Answer

const routes: readonly [method: string, path: string, deed: Deed][] = [
  ['GET', '/customers/:id', showCustomer],
  ['GET', '/invoices/:id', showInvoice],
  ['GET', '/documents', searchDocuments],
  ['GET', '/refunds', findRefunds],
  ['POST', '/refunds', createRefund],
  ['GET', '/tickets/:id', showTicket],
  ['POST', '/tickets/:id/notes', addNote],
  ['GET', '/notes', findNotes],
  ['DELETE', '/notes/:id', removeNote],
  ['POST', '/tickets/:id/replies', sendReply],
  ['GET', '/replies', findReplies],
]

export function findRoute(method: string, path: string) {
  for (const [routeMethod, pattern, deed] of routes) {
    const params = routeMethod === method && matchPath(pattern, path)
    if (params) return { deed, params, writes: method !== 'GET' }
  }
  return null
}
