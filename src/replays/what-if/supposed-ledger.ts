/** A ledger in memory for one supposed run: it answers what a look found then, and keeps what is appended to itself. */
import { foldApproval } from '../../approvals/approval.ts'
import type { EventDraft, LedgerEvent } from '../../ledger/event.ts'
import type { Append } from '../../ledger/ledger.ts'
import type { Answers, ApprovalRow } from '../../ledger/reads.ts'
import { LedgerOfOneRun, type Standing } from '../ledger-of-one-run.ts'

/** What held when the engine looked. */
export interface Held extends Pick<Standing, 'stops' | 'grants' | 'charter'> {
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

  protected get commitsAt(): number {
    return this.now()
  }

  /** No time goes by: nobody knows how much would have. */
  protected look(): void {}

  protected append(appends: readonly Append[]): readonly LedgerEvent[] {
    return appends.flatMap(({ stream, events }) => this.write(stream, events))
  }

  protected stands(): Standing {
    const held = this.#parts.held()
    return {
      ...held,
      open: [],
      moved: (name, key) => held.moved(name) ?? this.#unknownSum(key),
      approval: (id) => this.#approval(id),
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
