/**
 * The events that a signed leaf announces: so many of one stream, ending in one hash. Since it is known which event
 * must stand in each line, a line that is changed, missing, added or moved is named even where it cannot be read.
 */
import type { MovedHead } from './checkpoint.ts'
import type { ExportedEvent } from './export-format.ts'
import type { EventPlace, Findings, KnownHead } from './findings.ts'
import type { LineCursor } from './line-cursor.ts'
import { NamedPayloads } from './verify-payloads.ts'

export interface Announcement {
  readonly cursor: LineCursor
  readonly findings: Findings
  readonly withPayloads: boolean
  /** The leaf, and the line it stands in. */
  readonly leaf: MovedHead
  readonly line: number
  /** Whether a later leaf of the same checkpoint announces the event. */
  isAnnouncedLater(event: ExportedEvent): boolean
}

export class AnnouncedEvents {
  readonly #cursor: LineCursor
  readonly #findings: Findings
  readonly #withPayloads: boolean
  readonly #leaf: MovedHead
  readonly #isAnnouncedLater: (event: ExportedEvent) => boolean
  readonly #first: number
  #head: KnownHead
  #line: number
  /** Events that the one after them does not follow from. */
  #disowned: { line: number; seq: number }[] = []

  constructor({ cursor, findings, withPayloads, leaf, line, isAnnouncedLater }: Announcement) {
    this.#cursor = cursor
    this.#findings = findings
    this.#withPayloads = withPayloads
    this.#leaf = leaf
    this.#isAnnouncedLater = isAnnouncedLater
    this.#head = findings.head(leaf)
    this.#first = this.#head.seq + 1
    this.#line = line
  }

  async read(): Promise<void> {
    let goesOn = true
    while (goesOn && this.#next <= this.#leaf.seq) goesOn = await this.#readLine()
    this.#conclude()
  }

  get #next(): number {
    return this.#head.seq + 1
  }

  /** False where the rest of the announced events are not here. */
  async #readLine(): Promise<boolean> {
    const seen = await this.#cursor.peek()
    if (seen && 'damaged' in seen) return this.#damaged(seen.number, seen.damaged)
    if (seen && 'payload' in seen) return this.#strayPayload(seen.number)
    if (!seen || !('event' in seen)) return this.#missing(this.#leaf.seq)
    const { event } = seen
    if (event.hash !== event.computed) return this.#changed(seen.number, event)
    if (this.#isOurs(event)) return this.#inStream(seen.number, event)
    if (this.#isAnnouncedLater(event)) return this.#missing(this.#leaf.seq)
    return this.#stray(seen.number, 'an event stands where it does not belong', event)
  }

  /** Its own event may be gone, which is said where that one belongs; the one above it is not to blame. */
  #strayPayload(line: number): true {
    const { tenant, stream } = this.#leaf
    return this.#stray(line, 'a payload stands where no event names it', { tenant, stream })
  }

  async #inStream(line: number, event: ExportedEvent): Promise<boolean> {
    if (event.seq === this.#next) return this.#linked(line, event)
    if (event.seq > this.#next && event.seq <= this.#leaf.seq) return this.#missing(event.seq - 1)
    return this.#stray(line, `event ${event.seq} stands where event ${this.#next} belongs`, event)
  }

  async #linked(line: number, event: ExportedEvent): Promise<boolean> {
    this.#take(line)
    const { hashes } = this.#head
    if (hashes.length > 0 && !hashes.includes(event.prevHash)) this.#disown(line, event)
    this.#head = { seq: event.seq, hashes: [event.hash] }
    this.#line = line
    this.#findings.events += 1
    await this.#payloadsOf(event)
    return true
  }

  /** The later events are the ones that the leaf vouches for, so it is the earlier one that is wrong. */
  #disown(line: number, event: ExportedEvent): void {
    if (event.seq === this.#first) {
      this.#report(line, event.seq, `event ${event.seq} does not follow from what stands before it in this ledger`)
      return
    }
    if (this.#disowned.at(-1)?.seq === event.seq - 2) this.#disowned.pop()
    this.#disowned.push({ line: this.#line, seq: event.seq - 1 })
  }

  #changed(line: number, event: ExportedEvent): true {
    this.#report(line, this.#next, `event ${this.#next} was changed: its content does not have its hash`)
    return this.#lose(line, [event.hash, event.computed])
  }

  async #damaged(line: number, why: string): Promise<true> {
    this.#take(line)
    const after = await this.#cursor.peek()
    const isExtra = after && 'event' in after && this.#isOurs(after.event) && after.event.seq === this.#next
    if (!isExtra) {
      this.#report(line, this.#next, `event ${this.#next} cannot be read: ${why}`)
      return this.#lose(line, [])
    }
    const of = this.#withPayloads && this.#next > this.#first ? { ...this.#leaf, seq: this.#head.seq } : {}
    this.#findings.report(line, `a line cannot be read: ${why}`, 'the line was changed, or it was put in', of)
    return true
  }

  /** Goes on behind an event whose content is not known, accepting what may follow it. */
  #lose(line: number, hashes: readonly string[]): true {
    this.#take(line)
    this.#line = line
    this.#head = { seq: this.#next, hashes }
    return true
  }

  async #missing(through: number): Promise<boolean> {
    const line = await this.#cursor.place()
    const which = through === this.#next ? `event ${through} is` : `events ${this.#next} to ${through} are`
    this.#report(line, this.#next, `${which} missing`)
    this.#head = { seq: through, hashes: [] }
    return through < this.#leaf.seq
  }

  #stray(line: number, what: string, { tenant, stream, seq }: EventPlace): true {
    this.#take(line)
    const at = { tenant, stream, ...(seq !== undefined && { seq }) }
    this.#findings.report(line, what, 'the line was put in, doubled or moved', at)
    return true
  }

  async #payloadsOf(event: ExportedEvent): Promise<void> {
    if (!this.#withPayloads) return
    const payloads = new NamedPayloads(event)
    for (let seen = await this.#cursor.peek(); seen; seen = await this.#cursor.peek()) {
      const found = payloads.find(seen)
      if (found.is === 'no payload') return
      if (found.is === 'wrong') this.#report(seen.number, event.seq, found.what)
      else if (found.is === 'stray') this.#strayPayload(seen.number)
      else this.#findings.payloads += 1
      this.#cursor.take()
    }
  }

  #conclude(): void {
    for (const { line, seq } of this.#disowned) {
      this.#report(line, seq, `event ${seq} was rewritten: event ${seq + 1} does not follow from it`)
    }
    const { seq, hashes } = this.#head
    const { hash: vouched, seq: through } = this.#leaf
    if (seq === through && hashes.length > 0 && !hashes.includes(vouched)) {
      const from = this.#first === through ? '' : `; the first change may be as far back as event ${this.#first}`
      this.#report(this.#line, through, `event ${through} is not the one that the checkpoint vouches for${from}`)
    }
    this.#findings.moveHead(this.#leaf, { seq: through, hashes: [vouched] })
  }

  #isOurs({ tenant, stream }: ExportedEvent): boolean {
    return tenant === this.#leaf.tenant && stream === this.#leaf.stream
  }

  #report(line: number, seq: number, what: string): void {
    const hint = 'compare the event with a backup or an earlier export of this ledger'
    this.#findings.report(line, what, hint, { ...this.#leaf, seq })
  }

  #take(line: number): void {
    if (this.#cursor.taken < line) this.#cursor.take()
  }
}

/** An event that nothing trustworthy announces: all that can be said is whether it holds, and follows from the last. */
export function checkUnannounced(line: number, event: ExportedEvent, findings: Findings): void {
  const { seq, hashes } = findings.head(event)
  const hint = 'the checkpoint above it cannot be relied on, so no more than its own chain was looked at'
  if (event.hash !== event.computed) {
    findings.report(line, `event ${event.seq} was changed: its content does not have its hash`, hint, event)
  } else if (event.seq !== seq + 1 || (hashes.length > 0 && !hashes.includes(event.prevHash))) {
    findings.report(line, `event ${event.seq} does not follow from event ${seq} of its stream`, hint, event)
  }
  findings.events += 1
  findings.moveHead(event, { seq: event.seq, hashes: [event.hash, event.computed] })
}
