/**
 * A shared budget handed to an engine in slices, so that its runs need not meet at one key for every turn. The slice
 * is a movement of the whole budget, taken synced; what the engine spends from it is nobody else's any more.
 *
 *   taken at T ─▶ spendable until T + life ─▶ ended: its rest is given back, and never spent
 *
 * The budget counts a slice by the time at which it was taken, and money may be spent up to one life later. So slices
 * are added up over the window and one life more: then no window holds more spending than the budget has.
 */

/** A slice with what is left of it, or the part of one that a step draws. `until` is monotonic, milliseconds. */
export interface Slice {
  readonly slice: string
  readonly amount: number
  readonly until: number
}

/** What is left of the slices that an engine has taken under one key. */
export interface SliceBook {
  readonly key: string
  /** Oldest first. */
  readonly slices: readonly Slice[]
}

export const emptyBook = (key: string): SliceBook => ({ key, slices: [] })

/** How long a slice may be spent: a quarter of an hour of a day. Milliseconds. */
export const sliceLife = (withinMs: number): number => Math.ceil(withinMs / 100)

/** Over how long slices are added up when another is taken. Milliseconds. */
export const sliceWindow = (withinMs: number): number => withinMs + sliceLife(withinMs)

/**
 * How much to take for a step that wants so much: a slice, or more where the step is larger, or the rest of the budget
 * where that is less. Nothing where the step does not fit: a part of what it wants would help nobody.
 */
export function takeSlice(limit: number, moved: number, wanted: number, sliceSize: number): number {
  const rest = limit - moved
  if (!isAmount(wanted) || !isAmount(rest) || wanted === 0 || wanted > rest) return 0
  return Math.min(Math.max(wanted, sliceSize), rest)
}

export const addSlice = (book: SliceBook, slice: Slice): SliceBook =>
  isAmount(slice.amount) ? { ...book, slices: [...book.slices, slice] } : book

/** What may still be spent of the slices that have not ended. */
export const leftAt = ({ slices }: SliceBook, now: number): number =>
  slices.reduce((sum, { amount, until }) => sum + (until > now ? amount : 0), 0)

/** The book after so much is drawn from it, the oldest slices first, and what was drawn of each; nothing when it does not hold so much. */
export function reserve(
  book: SliceBook,
  wanted: number,
  now: number,
): { book: SliceBook; drawn: readonly Slice[] } | undefined {
  if (!isAmount(wanted) || wanted > leftAt(book, now)) return undefined
  let open = wanted
  const drawn = book.slices.map((slice) => {
    const amount = slice.until > now ? Math.min(open, slice.amount) : 0
    open -= amount
    return { ...slice, amount }
  })
  const slices = book.slices.map((slice, index) => ({ ...slice, amount: slice.amount - (drawn[index]?.amount ?? 0) }))
  return { book: { ...book, slices }, drawn: drawn.filter(({ amount }) => amount > 0) }
}

/** Less was spent than was drawn: the rest goes back to the slices it came from, also to one that has ended. */
export function giveBack(book: SliceBook, drawn: readonly Slice[], spent: number): SliceBook {
  if (!isAmount(spent)) return book
  let open = spent
  const rests = drawn.map((part) => {
    const used = Math.min(open, part.amount)
    open -= used
    return { ...part, amount: part.amount - used }
  })
  return rests.reduce(putBack, book)
}

function putBack(book: SliceBook, rest: Slice): SliceBook {
  if (rest.amount === 0) return book
  if (!book.slices.some(({ slice }) => slice === rest.slice)) return { ...book, slices: [rest, ...book.slices] }
  const added = (slice: Slice) =>
    slice.slice === rest.slice ? { ...slice, amount: slice.amount + rest.amount } : slice
  return { ...book, slices: book.slices.map(added) }
}

/** Takes the slices that have ended out of the book; what is left of them belongs to the budget again. */
export function sweep(book: SliceBook, now: number): { book: SliceBook; ended: readonly Slice[] } {
  const slices = book.slices.filter(({ until }) => until > now)
  const ended = book.slices.filter(({ until, amount }) => until <= now && amount > 0)
  return { book: { ...book, slices }, ended }
}

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
