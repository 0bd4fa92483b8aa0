import { type Json, partOf } from '../json.ts'
import { isPayloadRef } from '../ledger/event.ts'
import type { Naming, Recording } from '../replays/recording.ts'

/**
 * Asks `naming` for each document that a read showed. Where in an answer a document says its id only the code of the tool
 * knows, and a reader who has that code asks for it by that id: so every text of the answer is tried by its name.
 */
export function nameDocuments(recording: Recording, own: Naming, naming: Naming): void {
  for (const { type, stream, body } of recording.events) {
    const shown = type === 'action.returned' ? documentsIn(body.read) : new Set<string>()
    if (shown.size === 0 || !isPayloadRef(body.result)) continue
    const output = recording.content(stream, body.result.n)
    for (const text of textsIn(output))
      if (shown.has(own.pseudonym('document', text))) naming.pseudonym('document', text)
  }
}

function documentsIn(read: Json | undefined): ReadonlySet<string> {
  const refs = Array.isArray(read) ? read : []
  return new Set(refs.flatMap((ref) => (partOf(ref, 'kind') === 'document' ? [String(partOf(ref, 'id'))] : [])))
}

function* textsIn(value: Json | undefined): Generator<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value)
  if (typeof value !== 'object' || value === null) return
  for (const part of Object.values(value)) yield* textsIn(part as Json)
}
