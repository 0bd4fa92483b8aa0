/**
 * Budgets that many runs share, as one engine spends them: it takes a slice under the budget's lock, synced, and its
 * runs reserve from that without meeting at a key for every turn. What a crash leaves of a slice stays counted until
 * its window ends: too little is spent then, never too much.
 */
import type { Bound } from '../budgets/run-budget.ts'
import type { SharedBudget } from '../budgets/shared-budget.ts'
import {
  addSlice,
  emptyBook,
  giveBack,
  leftAt,
  reserve,
  type Slice,
  type SliceBook,
  sliceLife,
  sliceWindow,
  sweep,
  takeSlice,
} from '../budgets/slice-book.ts'
import type { Clock } from '../clock.ts'
import { newId, type Randomness } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { EventDraft } from '../ledger/event.ts'
import type { Append, Ledger } from '../ledger/ledger.ts'

/** What a turn may spend. Never settled, it counts as spent. */
export interface Reservation {
  /** Less was spent than reserved, micro-dollars: the rest is there for the next turn. */
  settle(spent: number): void
}

export interface SharedSpending {
  /** Reserves from every budget, or from none and answers with the bound that forbids it. Micro-dollars. */
  reserve(budgets: readonly SharedBudget[], amount: number): Promise<Reservation | { readonly bound: Bound }>
  /** Gives back what is left of every slice. */
  close(): Promise<void>
}

interface Parts {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly random: Randomness
  readonly tenant: string
  readonly engine: string
}

/** A slice is this part of the whole budget: few enough to take that locks are rare, small enough to share. */
const slicesOfBudget = 50

export function createSharedSpending(parts: Parts): SharedSpending {
  const books = new Books(parts)
  let queue: Promise<unknown> = Promise.resolve()
  return {
    reserve(budgets, amount) {
      if (budgets.length === 0) return Promise.resolve(nothingReserved)
      // One after the other: two runs must not both find the same slice too small and take one each.
      const turn = queue.then(() => books.reserveAll(budgets, amount))
      queue = turn.catch(() => {})
      return turn
    },
    async close() {
      await queue
      await books.close()
    },
  }
}

const nothingReserved: Reservation = { settle: () => {} }

class Books {
  readonly #parts: Parts
  readonly #books = new Map<string, SliceBook>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async reserveAll(budgets: readonly SharedBudget[], amount: number): Promise<Reservation | { readonly bound: Bound }> {
    const drawn = new Map<string, readonly Slice[]>()
    const settle = (spent: number) => {
      for (const [key, slices] of drawn) this.#books.set(key, giveBack(this.#of(key), slices, spent))
      drawn.clear()
    }
    for (const budget of budgets) {
      const slices = await this.#reserve(budget, amount)
      if (slices) drawn.set(budget.key, slices)
      else {
        settle(0)
        return { bound: budget.bound }
      }
    }
    return { settle }
  }

  /** Gives back everything that is left. */
  async close(): Promise<void> {
    const rests = [...this.#books.values()].flatMap(({ slices }) => slices.filter(({ amount }) => amount > 0))
    this.#books.clear()
    await returnToLedger(this.#parts, rests)
  }

  /** The parts of slices that were drawn; nothing where the budget does not hold so much. */
  async #reserve(budget: SharedBudget, amount: number): Promise<readonly Slice[] | undefined> {
    return (
      this.#draw(budget.key, amount) ??
      ((await this.#take(budget, amount)) ? this.#draw(budget.key, amount) : undefined)
    )
  }

  #draw(key: string, amount: number): readonly Slice[] | undefined {
    const reserved = reserve(this.#of(key), amount, this.#parts.clock.monotonic())
    if (!reserved) return undefined
    this.#books.set(key, reserved.book)
    return reserved.drawn
  }

  /** Whether another slice was taken, once those that have ended were given back. */
  async #take(budget: SharedBudget, amount: number): Promise<boolean> {
    const { key } = budget
    const now = this.#parts.clock.monotonic()
    const { book, ended } = sweep(this.#of(key), now)
    this.#books.set(key, book)
    await returnToLedger(this.#parts, ended)
    const taken = await takeFromLedger(this.#parts, budget, amount - leftAt(this.#of(key), now))
    if (!taken) return false
    this.#books.set(key, addSlice(this.#of(key), taken))
    return true
  }

  #of(key: string): SliceBook {
    return this.#books.get(key) ?? emptyBook(key)
  }
}

async function takeFromLedger(parts: Parts, budget: SharedBudget, wanted: number): Promise<Slice | undefined> {
  const { ledger, tenant, clock, random } = parts
  const slice = newId('slice', clock, random)
  const size = Math.ceil(budget.max / slicesOfBudget)
  // Counted from before the transaction: the ledger's time for it can only be later.
  const until = clock.monotonic() + sliceLife(budget.withinMs)
  return ledger.transact({
    tenant,
    locks: [
      { lock: 'stream', stream: streamOf(parts) },
      { lock: 'key', key: budget.key },
    ],
    reads: { moved: { read: 'moved', key: budget.key, withinMs: sliceWindow(budget.withinMs) } },
    decide: ({ moved }): { append: readonly Append[]; answer: Slice | undefined } => {
      const amount = takeSlice(budget.max, moved.amount, wanted, size)
      if (amount === 0) return { append: [], answer: undefined }
      const taken = event(parts, 'slice.taken', { slice, key: budget.key, amount })
      return { append: [appendTo(parts, [taken])], answer: { slice, amount, until } }
    },
  })
}

async function returnToLedger(parts: Parts, rests: readonly Slice[]): Promise<void> {
  if (rests.length === 0) return
  const events = rests.map(({ slice, amount }) => event(parts, 'slice.returned', { slice, amount }))
  await parts.ledger.transact({
    tenant: parts.tenant,
    locks: [{ lock: 'stream', stream: streamOf(parts) }],
    reads: {},
    decide: () => ({ append: [appendTo(parts, events)], answer: undefined }),
  })
}

const streamOf = ({ engine }: Parts): string => `engine/${engine}`

const event = ({ engine }: Parts, type: string, body: JsonObject): EventDraft => ({
  type,
  v: 1,
  actor: `engine:${engine}`,
  body,
})

const appendTo = (parts: Parts, events: readonly EventDraft[]): Append => ({
  stream: streamOf(parts),
  after: 'any',
  events,
})
