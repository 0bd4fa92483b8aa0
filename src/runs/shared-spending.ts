/**
 * Budgets that many runs share, as one engine spends them: it takes a slice under the budget's lock, synced, and its
 * runs reserve from that without meeting at a key for every turn. What a crash leaves of a slice stays counted until
 * its window ends: too little is spent then, never too much.
 */
import type { Bound } from '../budgets/run-budget.ts'
import type { SharedBudget } from '../budgets/shared-budget.ts'
import { addSlice, emptyBook, giveBack, reserve, type SliceBook, takeSlice } from '../budgets/slice-book.ts'
import type { Clock } from '../clock.ts'
import { newId, type Randomness } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Append, Ledger } from '../ledger/ledger.ts'

export interface SharedSpending {
  /** Reserves from every budget, or from none and answers with the bound that forbids it. Micro-dollars. */
  reserve(budgets: readonly SharedBudget[], amount: number): Promise<Bound | undefined>
  /** Less was spent than reserved: the rest is there for the next turn. */
  settle(budgets: readonly SharedBudget[], reserved: number, spent: number): void
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
  const books = new Map<string, SliceBook>()
  const latest = new Map<string, { slice: string; amount: number }>()
  let queue: Promise<unknown> = Promise.resolve()

  const reserveOne = async (budget: SharedBudget, amount: number): Promise<boolean> => {
    const book = books.get(budget.key) ?? emptyBook(budget.key)
    const reserved = reserve(book, amount)
    if (reserved) return keep(reserved)
    const taken = await takeFromLedger(parts, budget, amount - book.left)
    if (!taken) return false
    latest.set(budget.key, taken)
    const after = reserve(addSlice(book, taken.amount), amount)
    return after !== undefined && keep(after)
  }
  const keep = (book: SliceBook): true => {
    books.set(book.key, book)
    return true
  }
  const settle = (budgets: readonly SharedBudget[], reserved: number, spent: number): void => {
    for (const { key } of budgets) keep(giveBack(books.get(key) ?? emptyBook(key), reserved, spent))
  }
  const reserveAll = async (budgets: readonly SharedBudget[], amount: number): Promise<Bound | undefined> => {
    for (const [index, budget] of budgets.entries()) {
      if (await reserveOne(budget, amount)) continue
      settle(budgets.slice(0, index), amount, 0)
      return budget.bound
    }
    return undefined
  }
  return {
    reserve(budgets, amount) {
      if (budgets.length === 0) return Promise.resolve(undefined)
      // One after the other: two runs must not both find the same slice too small and take one each.
      const turn = queue.then(() => reserveAll(budgets, amount))
      queue = turn.catch(() => {})
      return turn
    },
    settle,
    async close() {
      await queue
      for (const [key, taken] of latest) await returnToLedger(parts, taken, books.get(key)?.left ?? 0)
      books.clear()
      latest.clear()
    },
  }
}

const streamOf = ({ engine }: Parts): string => `engine/${engine}`

async function takeFromLedger(parts: Parts, budget: SharedBudget, wanted: number) {
  const { ledger, tenant, clock, random } = parts
  const slice = newId('slice', clock, random)
  const size = Math.ceil(budget.max / slicesOfBudget)
  return ledger.transact({
    tenant,
    locks: [{ lock: 'key', key: budget.key }],
    reads: { moved: { read: 'moved', key: budget.key, withinMs: budget.withinMs } },
    decide: ({ moved }): { append: readonly Append[]; answer: { slice: string; amount: number } | undefined } => {
      const amount = takeSlice(budget.max, moved.amount, wanted, size)
      if (amount === 0) return { append: [], answer: undefined }
      return { append: [appendTo(parts, 'slice.taken', { slice, key: budget.key, amount })], answer: { slice, amount } }
    },
  })
}

/** What is left stands in the slice taken last, because the ones before were spent first. */
async function returnToLedger(
  parts: Parts,
  { slice, amount }: { slice: string; amount: number },
  left: number,
): Promise<void> {
  const returned = Math.min(left, amount)
  if (returned <= 0) return
  const append = [appendTo(parts, 'slice.returned', { slice, amount: returned })]
  await parts.ledger.transact({
    tenant: parts.tenant,
    locks: [{ lock: 'stream', stream: streamOf(parts) }],
    reads: {},
    decide: () => ({ append, answer: undefined }),
  })
}

const appendTo = (parts: Parts, type: string, body: JsonObject): Append => ({
  stream: streamOf(parts),
  after: 'any',
  events: [{ type, v: 1, actor: `engine:${parts.engine}`, body }],
})
