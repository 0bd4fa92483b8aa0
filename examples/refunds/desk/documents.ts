import type { Answer } from './refusal.ts'
import type { DeskRequest } from './request.ts'
import type { Store } from './store.ts'

export type Document = { id: string; source: string; title: string; text: string; updated_at: string }

/** The documents that hold any of the words, best first; five at most. */
export function searchDocuments({ sql }: Store, { query }: DeskRequest): Answer {
  const words = query.get('query')?.match(/[\p{L}\p{N}]+/gu) ?? []
  // Each word quoted: what a customer wrote must not be read as FTS5's own syntax.
  const anyOf = words.map((word) => `"${word}"`).join(' OR ')
  const documents =
    anyOf === '' ? [] : sql.all`select * from documents where documents match ${anyOf} order by rank limit 5`
  return { status: 200, body: { documents } }
}
