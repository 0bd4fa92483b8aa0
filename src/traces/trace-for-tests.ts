/** A run written down event by event, as the ledger would give it back. */
import type { Json, JsonObject } from '../json.ts'
import type { LedgerEvent, PayloadRef } from '../ledger/event.ts'
import type { RunEventType } from '../runs/events.ts'
import type { TraceSource } from './trace-source.ts'

export interface WrittenEvent {
  readonly type: RunEventType
  readonly body: object
}

/** Content stands where its reference will: `content(value)` in a draft's body. */
export class WrittenRun {
  readonly #events: LedgerEvent[] = []
  readonly #contents = new Map<number, Json>()
  readonly #beside = new Map<string, LedgerEvent[]>()
  readonly #run: string
  #at = 1_000

  constructor(run: string) {
    this.#run = run
  }

  content(value: Json): PayloadRef {
    const n = this.#contents.size + 1
    this.#contents.set(n, value)
    return { n, class: 'test', sha256: '' }
  }

  /** Content that was there and is no longer kept. */
  erased(): PayloadRef {
    const ref = this.content(null)
    this.#contents.delete(ref.n)
    return { ...ref, n: ref.n + 1_000 }
  }

  /** Bodies may lack what older events lacked. */
  add({ type, body: written }: WrittenEvent, afterMs = 10): this {
    this.#at += afterMs
    const body: JsonObject = JSON.parse(JSON.stringify(written))
    this.#events.push(event(`run/${this.#run}`, this.#events.length + 1, this.#at, type, body))
    return this
  }

  beside(stream: string, type: string, body: JsonObject): this {
    const events = this.#beside.get(stream) ?? []
    this.#beside.set(stream, [...events, event(stream, events.length + 1, this.#at, type, body)])
    return this
  }

  get source(): TraceSource {
    return {
      run: this.#run,
      events: this.#events,
      content: (ref) => this.#contents.get(ref.n),
      beside: this.#beside,
    }
  }
}

function event(stream: string, seq: number, at: number, type: string, body: JsonObject): LedgerEvent {
  const actor = typeof body.by === 'string' ? body.by : 'engine:eng_1'
  return { position: seq, tenant: 'default', stream, seq, type, v: 1, at, actor, body, prevHash: '', hash: '' }
}
