/** The sealed payloads beneath an event: whether they are those that it names. One that was erased may be absent. */
import { hash } from 'node:crypto'
import type { PayloadRef } from './event.ts'
import { type ExportedEvent, payloadRefsIn } from './export-format.ts'
import type { SeenLine } from './line-cursor.ts'

export type PayloadFinding =
  /** It stands where it belongs. */
  | { readonly is: 'named' }
  /** Something is wrong with a payload of this event. */
  | { readonly is: 'wrong'; readonly what: string }
  /** What the event names is here already: the event that this belongs to is gone, or the line was put in. */
  | { readonly is: 'stray' }
  /** The lines of this event end before this one. */
  | { readonly is: 'no payload' }

export class NamedPayloads {
  readonly #event: ExportedEvent
  readonly #named: ReadonlyMap<number, PayloadRef>
  readonly #missing: Set<number>

  constructor(event: ExportedEvent) {
    this.#event = event
    this.#named = new Map(payloadRefsIn(event.body).map((ref) => [ref.n, ref]))
    this.#missing = new Set(this.#named.keys())
  }

  find(seen: SeenLine): PayloadFinding {
    if ('damaged' in seen) return this.#damaged(seen)
    if (!('payload' in seen)) return { is: 'no payload' }
    const { stream, n, class: ofClass, ciphertext } = seen.payload
    const { seq } = this.#event
    const ref = this.#named.get(n)
    const isNamed = ref !== undefined && stream === this.#event.stream && ofClass === ref.class
    if (!isNamed) return this.#misfit(`event ${seq} names no such payload`)
    if (!this.#missing.delete(n)) return { is: 'stray' }
    const isWhole = hash('sha256', Buffer.from(ciphertext, 'base64'), 'hex') === ref.sha256
    return isWhole ? { is: 'named' } : { is: 'wrong', what: `a payload of event ${seq} was changed` }
  }

  /** Where a payload is missing, a line that looks like nothing is taken for it. */
  #damaged({ damaged, looksLike }: Extract<SeenLine, { damaged: string }>): PayloadFinding {
    const isExpected = this.#missing.size > 0 && looksLike !== 'event'
    if (looksLike !== 'payload' && !isExpected) return { is: 'no payload' }
    return this.#misfit(`a payload of event ${this.#event.seq} cannot be read: ${damaged}`)
  }

  #misfit(what: string): PayloadFinding {
    const [instead] = this.#missing
    if (instead === undefined) return { is: 'stray' }
    this.#missing.delete(instead)
    return { is: 'wrong', what }
  }
}
