/** A typed client of the desk. It sends each request once and never retries: that is for the caller to judge. */
import type { Document } from './documents.ts'
import type { Customer, Invoice, Refund } from './invoices.ts'
import type { Note, Reply, Ticket } from './tickets.ts'

export type { Customer, Document, Invoice, Note, Refund, Reply, Ticket }

/** Whole cents: `{ minor: 4900, currency: 'usd' }` is 49.00. */
export interface Money {
  minor: number
  currency: string
}

export interface Sending {
  signal?: AbortSignal | undefined
}

export interface Writing extends Sending {
  key?: string | undefined
}

/** A 4xx: this request was certainly not committed. (It says nothing of an earlier one.) */
export class DeskRefused extends Error {
  readonly status: number
  readonly code: string
  /** Present when the desk said when to come again. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, code: string, message: string, retryAfterMs?: number) {
    super(message)
    this.name = 'DeskRefused'
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** A 5xx, a lost connection, an abort, an answer that is no JSON: whether it was committed is unknown. */
export class DeskFailed extends Error {
  readonly status: number | undefined

  constructor(message: string, { status, cause }: { status?: number; cause?: unknown } = {}) {
    super(message, { cause })
    this.name = 'DeskFailed'
    this.status = status
  }
}

export type DeskClient = ReturnType<typeof connectDesk>

/** Answers are handed on as they came: whether they fit their type is checked by who uses them. */
export function connectDesk(url: string) {
  const get = <Body>(path: string, { signal }: Sending = {}): Promise<Body> =>
    ask<Body>(new URL(path, url), { method: 'GET', signal })
  const find = async <Found>(list: string, query: Record<string, string>, sending?: Sending): Promise<Found[]> => {
    const found = (await get<Record<string, Found[]>>(`/${list}?${new URLSearchParams(query)}`, sending))[list]
    // No list is no answer: it must never be read as "nothing was found".
    if (!Array.isArray(found)) throw new DeskFailed(`the answer of the desk has no list of \`${list}\``)
    return found
  }
  const write = <Body>(method: string, path: string, body: object | null, { key, signal }: Writing): Promise<Body> =>
    ask<Body>(new URL(path, url), {
      method,
      signal,
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      ...(body && { body: JSON.stringify(body) }),
    })

  return {
    getCustomer: (id: string, sending?: Sending) => get<Customer>(`/customers/${segment(id)}`, sending),
    getInvoice: (id: string, sending?: Sending) => get<Invoice>(`/invoices/${segment(id)}`, sending),
    getTicket: (id: string, sending?: Sending) => get<Ticket>(`/tickets/${segment(id)}`, sending),

    /** The documents that hold any of the words, best first; five at most. */
    searchDocuments: (query: string, sending?: Sending) => find<Document>('documents', { query }, sending),

    refund: (
      invoice: string,
      { minor, currency }: Money,
      { reason = '', ...writing }: Writing & { reason?: string } = {},
    ) => write<Refund>('POST', '/refunds', { invoice, amount_minor: minor, currency, reason }, writing),

    /** The refund that was made under a key, or null. */
    findRefund: async (key: string, sending?: Sending) => (await find<Refund>('refunds', { key }, sending))[0] ?? null,

    addNote: (ticket: string, body: string, writing: Writing = {}) =>
      write<Note>('POST', `/tickets/${segment(ticket)}/notes`, { body }, writing),

    /** The note that was made under a key, also when it was removed since; or null. */
    findNote: async (key: string, sending?: Sending) => (await find<Note>('notes', { key }, sending))[0] ?? null,

    /** Undoes a note; removing it again changes nothing. */
    removeNote: (id: string, writing: Writing = {}) => write<Note>('DELETE', `/notes/${segment(id)}`, null, writing),

    sendReply: (ticket: string, body: string, writing: Writing = {}) =>
      write<Reply>('POST', `/tickets/${segment(ticket)}/replies`, { body }, writing),

    findReply: async (key: string, sending?: Sending) => (await find<Reply>('replies', { key }, sending))[0] ?? null,
  }
}

const segment = encodeURIComponent

interface Request {
  method: string
  signal?: AbortSignal | undefined
  headers?: Record<string, string>
  body?: string
}

async function ask<Body>(url: URL, request: Request): Promise<Body> {
  const { status, headers, text } = await exchange(url, request)
  const body = jsonIn(text)
  if (status >= 400 && status < 500) throw refused(status, headers, body)
  if (status >= 300) throw new DeskFailed(`the desk answered ${status}`, { status })
  if (body === undefined) throw new DeskFailed('the desk answered something that is no JSON', { status })
  return body as Body
}

async function exchange(url: URL, { signal, ...request }: Request) {
  try {
    const response = await fetch(url, { ...request, signal: signal ?? null })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (cause) {
    throw new DeskFailed(`no answer from the desk to \`${request.method} ${url.pathname}\``, { cause })
  }
}

function refused(status: number, headers: Headers, body: unknown): DeskRefused {
  const { code = 'refused', message = `the desk answered ${status}` } = (body ?? {}) as {
    code?: string
    message?: string
  }
  const after = headers.get('retry-after')
  return new DeskRefused(status, code, message, after === null ? undefined : Number(after) * 1_000)
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
