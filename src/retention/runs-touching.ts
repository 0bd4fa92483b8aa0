/**
 * Which runs touched a subject. Events know subjects by pseudonym, in what was judged, read, sent and granted; one pass
 * over the ledger finds them, in batches that hold nobody up. A list kept for this would cost every action.
 */
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import type { House } from '../commands/house.ts'
import type { LedgerEvent } from '../ledger/event.ts'

const batch = 500
/** How long between two looks at a tail that is held back, milliseconds. */
const heldBackMs = 25

export class RunsTouching {
  readonly #house: Pick<House, 'ledger' | 'tenant' | 'clock'>
  readonly subjects: readonly string[]
  /** By grant: a grant that was handed on is for the subjects of the one above. */
  readonly #granted = new Map<string, ReadonlySet<string>>()
  readonly #touched = new Map<string, Set<string>>()
  #position = 0

  constructor(house: Pick<House, 'ledger' | 'tenant' | 'clock'>, subjects: readonly string[]) {
    this.#house = house
    this.subjects = subjects
  }

  /**
   * Looks at what was appended since it last looked, and at everything up to that position: a transaction that is open
   * somewhere on a server may hold the tail back for a while.
   */
  async look(through = 0): Promise<void> {
    const { ledger, tenant, clock } = this.#house
    if (this.subjects.length === 0) return
    for (;;) {
      const events = await ledger.tail(tenant, this.#position, batch)
      for (const event of events) this.#see(event)
      this.#position = events.at(-1)?.position ?? this.#position
      if (events.length === batch) await turnOfLoop()
      else if (this.#position >= through) return
      else await clock.wait(heldBackMs)
    }
  }

  /** Of all of them, or of one. */
  runs(subject?: string): readonly string[] {
    const found = [...this.#touched].filter(([, subjects]) => subject === undefined || subjects.has(subject))
    return found.map(([run]) => run)
  }

  subjectsOf(run: string): ReadonlySet<string> {
    return this.#touched.get(run) ?? new Set()
  }

  #see({ type, stream, body }: LedgerEvent): void {
    const text = JSON.stringify(body)
    const named = this.subjects.filter((subject) => text.includes(subject))
    if (type === 'grant.issued') {
      const above = this.#granted.get(String(body.parent)) ?? []
      this.#granted.set(String(body.grant), new Set([...named, ...above]))
    }
    const granted = type === 'run.started' ? (this.#granted.get(String(body.grant)) ?? []) : []
    const run = runIn(stream, body)
    if (run === undefined) return
    for (const subject of [...named, ...granted]) this.#touch(run, subject)
  }

  #touch(run: string, subject: string): void {
    const subjects = this.#touched.get(run) ?? new Set()
    this.#touched.set(run, subjects.add(subject))
  }
}

/** The run that an event belongs to: its own, or the one that a question or a handoff is about. */
function runIn(stream: string, body: LedgerEvent['body']): string | undefined {
  if (stream.startsWith('run/')) return stream.slice('run/'.length)
  return /^(?:approval|handoff)\//.test(stream) && typeof body.run === 'string' ? body.run : undefined
}
