/**
 * Seals nothing. What is sealed under a number is held against what the record has under it: the same content gets the
 * reference that the record has, so that the same event comes out to the byte, and any other gets one of its own.
 */
import { canonicalJson } from '../canonical-json.ts'
import type { Json } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { LedgerEvent, PayloadRef, SealedPayload } from '../ledger/event.ts'
import { refsIn } from '../traces/read-trace.ts'
import { NotKept } from './ending.ts'
import type { Recording } from './recording.ts'
import type { Tape } from './tape.ts'

export class PlayedSealer implements Sealer {
  readonly #tape: Tape
  readonly #refs: ReadonlyMap<string, PayloadRef>

  constructor(tape: Tape) {
    this.#tape = tape
    this.#refs = refsOf(tape.recording)
  }

  async prepare(): Promise<void> {}

  seal(stream: string, n: number, ofClass: string, value: Json): { payload: SealedPayload; ref: PayloadRef } {
    const payload = { stream, n, class: ofClass, ciphertext: new Uint8Array() }
    this.#tape.guard()
    this.#tape.made.set(`${stream} ${n}`, value)
    return { payload, ref: this.#refOf(stream, n, ofClass, value) ?? { n, class: ofClass, sha256: '' } }
  }

  #refOf(stream: string, n: number, ofClass: string, value: Json): PayloadRef | undefined {
    const { recording, erased } = this.#tape
    const ref = this.#refs.get(`${stream} ${n}`)
    if (ref?.class !== ofClass) return undefined
    const content = recording.content(stream, n)
    if (content === undefined) erased.push(ref)
    return content === undefined || canonicalJson(content) === canonicalJson(value) ? ref : undefined
  }

  open({ stream, n, class: ofClass }: SealedPayload): Json {
    const content = this.#tape.recording.content(stream, n)
    if (content !== undefined) return content
    // The ledger of a replay gives numbers alone: what the record has under it says of which class it was.
    throw new NotKept(stream, this.#refs.get(`${stream} ${n}`) ?? { n, class: ofClass, sha256: '' })
  }

  pseudonym(kind: string, value: string): string {
    return this.#tape.recording.naming.pseudonym(kind, value)
  }

  digest(value: Json): string {
    return this.#tape.recording.naming.digest(value)
  }

  async erase(): Promise<number> {
    return 0
  }

  async close(): Promise<void> {}
}

function refsOf({ events, beside, run }: Recording): ReadonlyMap<string, PayloadRef> {
  const refs = new Map<string, PayloadRef>()
  const add = (stream: string, of: readonly LedgerEvent[]) => {
    for (const { body } of of) for (const ref of refsIn(body)) refs.set(`${stream} ${ref.n}`, ref)
  }
  add(`run/${run}`, events)
  for (const [stream, of] of beside) add(stream, of)
  return refs
}
