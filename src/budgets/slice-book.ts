/**
 * A shared budget handed to an engine in slices, so that its runs need not meet at one key for every turn. The slice
 * is a movement of the whole budget, taken synced; what the engine spends from it is nobody else's any more.
 */

/** What is left of the slices that an engine has taken under one key. */
export interface SliceBook {
  readonly key: string
  readonly left: number
}

export const emptyBook = (key: string): SliceBook => ({ key, left: 0 })

/**
 * How much to take for a step that wants so much: a slice, or more where the step is larger, or the rest of the budget
 * where that is less. Nothing where the step does not fit: a part of what it wants would help nobody.
 */
export function takeSlice(limit: number, moved: number, wanted: number, sliceSize: number): number {
  const rest = limit - moved
  if (!isAmount(wanted) || !isAmount(rest) || wanted === 0 || wanted > rest) return 0
  return Math.min(Math.max(wanted, sliceSize), rest)
}

export const addSlice = (book: SliceBook, slice: number): SliceBook => change(book, slice)

/** The book after so much is reserved from it; nothing when the slice does not hold it, and another must be taken. */
export function reserve(book: SliceBook, amount: number): SliceBook | undefined {
  return isAmount(amount) && amount <= book.left ? { ...book, left: book.left - amount } : undefined
}

/** Less was spent than was reserved, and the rest is there for the next step. */
export const giveBack = (book: SliceBook, reserved: number, spent: number): SliceBook =>
  change(book, Math.max(0, reserved - spent))

const change = (book: SliceBook, amount: number): SliceBook =>
  isAmount(amount) ? { ...book, left: book.left + amount } : book

const isAmount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
