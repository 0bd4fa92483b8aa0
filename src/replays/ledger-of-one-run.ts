/** What moving a run asks of a ledger, and nothing else: neither leases nor lists, because nobody else is there. */
import { CharterError } from '../errors.ts'
import type { CheckpointStore } from '../ledger/checkpoint.ts'
import type { LedgerEvent, SealedPayload } from '../ledger/event.ts'
import type { Leases, Ledger, Snapshots, Transaction } from '../ledger/ledger.ts'
import type { ProjectionRows } from '../ledger/projection-rows.ts'
import type { Found, Read } from '../ledger/reads.ts'

type Reads = Readonly<Record<string, Read>>

export abstract class LedgerOfOneRun implements Ledger {
  readonly database = 'sqlite'
  readonly snapshots: Snapshots = { latest: async () => undefined, keep: async () => {} }
  abstract readonly id: string
  abstract now(): number
  abstract transact<const Wanted extends Reads, Answer>(work: Transaction<Wanted, Answer>): Promise<Answer>
  abstract find<const Wanted extends Reads>(tenant: string, reads: Wanted): Promise<Found<Wanted>>
  abstract read(tenant: string, stream: string, after?: number): Promise<readonly LedgerEvent[]>

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

export const beyond = (what: string) =>
  new CharterError('internal', `a replay was asked for ${what}`, { hint: 'a run is moved without it' })
