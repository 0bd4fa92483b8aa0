/**
 * Open runs as far as they were exported. A run that goes on for thousands of events would otherwise be read from its
 * first one at each stretch of the ledger in which it did something.
 */
import type { LedgerEvent } from '../ledger/event.ts'

export interface HeldRun {
  /** Of its stream, from the first on. */
  readonly events: readonly LedgerEvent[]
  /** Ids of the spans that had ended by the last of them. */
  readonly ended: ReadonlySet<string>
}

const mostEvents = 10_000

export class RunsHeld {
  /** The one that was kept longest ago first. */
  readonly #runs = new Map<string, HeldRun>()
  #events = 0

  /** Only where `next` is the event behind the last one that is held: what is told again is read again. */
  before(next: LedgerEvent): HeldRun | undefined {
    const held = this.#runs.get(next.stream)
    return held?.events.at(-1)?.seq === next.seq - 1 ? held : undefined
  }

  keep(stream: string, run: HeldRun): void {
    this.#drop(stream)
    if (run.events.at(-1)?.type === 'run.ended') return
    this.#runs.set(stream, run)
    this.#events += run.events.length
    for (const other of this.#runs.keys()) if (this.#events > mostEvents && other !== stream) this.#drop(other)
  }

  #drop(stream: string): void {
    this.#events -= this.#runs.get(stream)?.events.length ?? 0
    this.#runs.delete(stream)
  }
}
