import { z } from 'zod'
import { type Answer, Refusal } from './refusal.ts'
import { type DeskRequest, keyAsked, parseBody } from './request.ts'
import type { Store } from './store.ts'
import { nextId, recordCommit } from './witness.ts'

export type Ticket = {
  id: string
  customer: string
  invoice: string | null
  status: 'open' | 'closed'
  subject: string
  /** The customer's own words. */
  body: string
  created_at: string
  /** Those that were not removed. */
  notes: Note[]
  replies: Reply[]
}

/** Internal: the customer never sees it. `removed_at` tells when it was undone; it is still found by its key. */
export type Note = {
  id: string
  ticket: string
  body: string
  created_at: string
  removed_at: string | null
  idempotency_key: string | null
}

/** Sent to the customer: there is no way back. */
export type Reply = Omit<Note, 'removed_at'>

export function showTicket(store: Store, { params: { id = '' } }: DeskRequest): Answer {
  const ticket = ticketNamed(store, id)
  const notes = store.sql.all`select * from notes where ticket = ${id} and removed_at is null order by rowid`
  const replies = store.sql.all`select * from replies where ticket = ${id} order by rowid`
  return { status: 200, body: { ...ticket, notes, replies } }
}

export function findNotes({ sql }: Store, request: DeskRequest): Answer {
  const notes = sql.all`select * from notes where idempotency_key = ${keyAsked(request)} order by rowid`
  return { status: 200, body: { notes } }
}

export function findReplies({ sql }: Store, request: DeskRequest): Answer {
  const replies = sql.all`select * from replies where idempotency_key = ${keyAsked(request)} order by rowid`
  return { status: 200, body: { replies } }
}

const Words = z.strictObject({ body: z.string().trim().min(1).max(5_000) })

export function addNote(store: Store, request: DeskRequest): Answer {
  const { body } = parseBody(Words, request)
  const ticket = ticketNamed(store, request.params.id ?? '').id
  const id = nextId(store, 'note')
  const created_at = new Date(request.at).toISOString()
  store.sql.run`insert into notes values (${id}, ${ticket}, ${body}, ${created_at}, ${null}, ${request.key})`
  recordCommit(store, request, { kind: 'note', id, ticket, text: body })
  const note: Note = { id, ticket, body, created_at, removed_at: null, idempotency_key: request.key }
  return { status: 201, body: note }
}

/** Undoes a note. A note that is gone already is answered as it stands, and nothing is written. */
export function removeNote(store: Store, request: DeskRequest): Answer {
  const { id = '' } = request.params
  const note = store.sql.get`select * from notes where id = ${id}` as Note | undefined
  if (!note) throw new Refusal(404, 'note_not_found', `there is no note \`${id}\``)
  if (note.removed_at !== null) return { status: 200, body: note }
  const removed_at = new Date(request.at).toISOString()
  store.sql.run`update notes set removed_at = ${removed_at} where id = ${id}`
  recordCommit(store, request, { kind: 'note_removed', id, ticket: note.ticket, text: note.body })
  return { status: 200, body: { ...note, removed_at } }
}

export function sendReply(store: Store, request: DeskRequest): Answer {
  const { body } = parseBody(Words, request)
  const { id: ticket, status } = ticketNamed(store, request.params.id ?? '')
  if (status === 'closed') throw new Refusal(409, 'ticket_closed', `ticket \`${ticket}\` is closed`)
  const id = nextId(store, 'reply')
  const created_at = new Date(request.at).toISOString()
  store.sql.run`insert into replies values (${id}, ${ticket}, ${body}, ${created_at}, ${request.key})`
  recordCommit(store, request, { kind: 'reply', id, ticket, text: body })
  const reply: Reply = { id, ticket, body, created_at, idempotency_key: request.key }
  return { status: 201, body: reply }
}

function ticketNamed({ sql }: Store, id: string): Omit<Ticket, 'notes' | 'replies'> {
  const ticket = sql.get`select * from tickets where id = ${id}`
  if (!ticket) throw new Refusal(404, 'ticket_not_found', `there is no ticket \`${id}\``)
  return ticket as Omit<Ticket, 'notes' | 'replies'>
}
