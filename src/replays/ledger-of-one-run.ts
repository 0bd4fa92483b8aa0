/** What moving a run asks of a ledger, and nothing else: neither leases nor lists, because nobody else is there. */
import { CharterError } from '../errors.ts'
import type { CheckpointStore } from '../ledger/checkpoint.ts'
import type { LedgerEvent, SealedPayload } from '../ledger/event.ts'
import type { Append, Leases, Ledger, Snapshots, Transaction } from '../ledger/ledger.ts'
import type { ProjectionRows } from '../ledger/projection-rows.ts'
import type { Answers, ApprovalRow, EffectRow, Found, GrantRow, Read } from '../ledger/reads.ts'

type Reads = Readonly<Record<string, Read>>

/** What the engine finds when it looks. */
export interface Standing {
  readonly stops: Answers['stops']
  readonly grants: readonly GrantRow[]
  /** Hash of the page in force. */
  readonly charter: string
  /** Effects of others on the subject. */
  readonly open: readonly EffectRow[]
  /** By the name of the read, and by what is summed. */
  moved(name: string, key: string): Answers['moved']
  approval(id: string): ApprovalRow | null
}

export abstract class LedgerOfOneRun implements Ledger {
  readonly database = 'sqlite'
  readonly snapshots: Snapshots = { latest: async () => undefined, keep: async () => {} }
  abstract readonly id: string
  abstract now(): number
  abstract eventsOf(stream: string): readonly LedgerEvent[]
  protected abstract stands(reads: Reads): Standing
  /** Milliseconds since 1970: of what is appended now. */
  protected abstract readonly commitsAt: number
  /** The events that came of it, as far as whoever appends folds them. */
  protected abstract append(appends: readonly Append[]): readonly LedgerEvent[]
  /** The engine looks something up. */
  protected abstract look(): void

  async find<const Wanted extends Reads>(_: string, reads: Wanted): Promise<Found<Wanted>> {
    this.look()
    return this.#answer(reads)
  }

  async transact<const Wanted extends Reads, Answer>(work: Transaction<Wanted, Answer>): Promise<Answer> {
    const { append, answer } = work.decide(this.#answer(work.reads), this.commitsAt)
    const events = this.append(append)
    if (events.length > 0) work.kept?.(events)
    return answer
  }

  async read(_: string, stream: string, after = 0): Promise<readonly LedgerEvent[]> {
    this.look()
    return this.eventsOf(stream).filter(({ seq }) => seq > after)
  }

  #answer<Wanted extends Reads>(reads: Wanted): Found<Wanted> {
    const standing = this.stands(reads)
    const answers = Object.entries(reads).map(([name, read]) => [name, answerOne(name, read, standing)])
    return Object.fromEntries(answers) as Found<Wanted>
  }

  /** The numbers alone: the sealer that stands beside it knows what they hold. */
  async payloads(_: string, stream: string, ns: readonly number[]): Promise<readonly SealedPayload[]> {
    return ns.map((n) => ({ stream, n, class: '', ciphertext: new Uint8Array() }))
  }

  get leases(): Leases {
    throw beyond('leases')
  }

  get checkpoints(): CheckpointStore {
    throw beyond('checkpoints')
  }

  get stored(): Ledger['stored'] {
    throw beyond('stored payloads')
  }

  get rows(): ProjectionRows {
    throw beyond('lists')
  }

  tail(): never {
    throw beyond('a tail')
  }

  tenants(): never {
    throw beyond('tenants')
  }

  changed(): never {
    throw beyond('news')
  }

  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

function answerOne(name: string, read: Read, standing: Standing): Answers[Read['read']] {
  switch (read.read) {
    case 'stops':
      return standing.stops
    case 'grants':
      return standing.grants
    case 'charter':
      return { charter: standing.charter, applied_at: 0 }
    case 'moved':
      return standing.moved(name, read.key)
    case 'open_effects':
      return standing.open
    case 'approval':
      return standing.approval(read.approval)
    default:
      throw beyond(`\`${read.read}\``)
  }
}

const beyond = (what: string) =>
  new CharterError('internal', `a replay was asked for ${what}`, { hint: 'a run is moved without it' })
