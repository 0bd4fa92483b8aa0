/** A ledger in memory for one supposed run: it answers what a look found then, and keeps what is appended to itself. */
import { foldApproval } from '../../approvals/approval.ts'
import type { EventDraft, LedgerEvent } from '../../ledger/event.ts'
import type { Append, Transaction } from '../../ledger/ledger.ts'
import type { Answers, ApprovalRow, Found, GrantRow, Read } from '../../ledger/reads.ts'
import { beyond, LedgerOfOneRun } from '../ledger-of-one-run.ts'

/** What held when the engine looked. */
export interface Held {
  readonly stops: Answers['stops']
  readonly grants: readonly GrantRow[]
  readonly charter: string
  /** By the name of the read; nothing where no such window was read then. */
  moved(name: string): Answers['moved'] | undefined
}

export interface SupposedLedgerParts {
  readonly id: string
  readonly tenant: string
  held(): Held
  now(): number
  /** A sum was wanted that was not read then. */
  unknownSum(key: string): void
}

export class SupposedLedger extends LedgerOfOneRun {
  readonly #parts: SupposedLedgerParts
  readonly #streams = new Map<string, LedgerEvent[]>()
  #position = 0

  constructor(parts: SupposedLedgerParts) {
    super()
    this.#parts = parts
  }

  get id(): string {
    return this.#parts.id
  }

  now(): number {
    return this.#parts.now()
  }

  eventsOf(stream: string): readonly LedgerEvent[] {
    return this.#streams.get(stream) ?? []
  }

  streamsOf(prefix: string): ReadonlyMap<string, readonly LedgerEvent[]> {
    return new Map([...this.#streams].filter(([stream]) => stream.startsWith(prefix)))
  }

  /** Somebody else writes: a person who answers. */
  write(stream: string, drafts: readonly EventDraft[]): readonly LedgerEvent[] {
    const events = this.#streams.get(stream) ?? []
    this.#streams.set(stream, events)
    return drafts.map((draft) => {
      const seq = events.length + 1
      this.#position += 1
      const event = {
        ...draft,
        position: this.#position,
        tenant: this.#parts.tenant,
        stream,
        seq,
        at: this.now(),
        prevHash: '',
        hash: `${stream} ${seq}`,
      }
      events.push(event)
      return event
    })
  }

  async find<const Reads extends Readonly<Record<string, Read>>>(_: string, reads: Reads): Promise<Found<Reads>> {
    return this.#answer(reads)
  }

  async transact<const Reads extends Readonly<Record<string, Read>>, Answer>({
    reads,
    decide,
    kept,
  }: Transaction<Reads, Answer>): Promise<Answer> {
    const { append, answer } = decide(this.#answer(reads), this.now())
    const events = append.flatMap(({ stream, events: drafts }: Append) => this.write(stream, drafts))
    if (events.length > 0) kept?.(events)
    return answer
  }

  async read(_: string, stream: string, after = 0): Promise<readonly LedgerEvent[]> {
    return this.eventsOf(stream).filter(({ seq }) => seq > after)
  }

  #answer<Reads extends Readonly<Record<string, Read>>>(reads: Reads): Found<Reads> {
    const held = this.#parts.held()
    const answers = Object.entries(reads).map(([name, read]) => [name, this.#answerOne(name, read, held)])
    return Object.fromEntries(answers) as Found<Reads>
  }

  #answerOne(name: string, read: Read, held: Held): Answers[Read['read']] {
    switch (read.read) {
      case 'stops':
        return held.stops
      case 'grants':
        return held.grants
      case 'charter':
        return { charter: held.charter, applied_at: 0 }
      case 'moved':
        return held.moved(name) ?? this.#unknownSum(read.key)
      case 'open_effects':
        return []
      case 'approval':
        return this.#approval(read.approval)
      default:
        throw beyond(`\`${read.read}\``)
    }
  }

  #unknownSum(key: string): Answers['moved'] {
    this.#parts.unknownSum(key)
    return { amount: 0, count: 0 }
  }

  #approval(id: string): ApprovalRow | null {
    const events = this.eventsOf(`approval/${id}`)
    const [asked] = events
    if (!asked) return null
    const approval = foldApproval(events)
    const effect = approval.status === 'none' ? undefined : approval.effect
    return { ...(asked.body as object as ApprovalRow), status: approval.status, consumed_by: effect ?? null }
  }
}
