/**
 * The sums that an action is judged against: which windows of which keys, as named reads of one transaction. Names are
 * made from keys, so two rules over one window read it once.
 */
import type { Found, Read } from '../ledger/reads.ts'

export interface Window {
  readonly key: string
  readonly withinMs: number
  /** An effect whose own reservation does not count: it is sent again. */
  readonly except?: string | undefined
}

/** By the name of the read. */
export type Moved = Found<MovedReads>

type MovedReads = Readonly<Record<`moved ${string}`, Extract<Read, { read: 'moved' }>>>

const nameOf = ({ key, withinMs }: Window) => `moved ${withinMs} ${key}` as const

export const windowReads = (windows: readonly Window[]): MovedReads =>
  Object.fromEntries(
    windows.map(({ key, withinMs, except }) => [
      nameOf({ key, withinMs }),
      { read: 'moved', key, withinMs, ...(except !== undefined && { except }) },
    ]),
  )

export const movedIn = (found: Moved, window: Window) => found[nameOf(window)] ?? { amount: 0, count: 0 }

/** Of everything that was found, the sums of these windows. */
export const movedOf = (found: Moved, windows: readonly Window[]): Moved =>
  Object.fromEntries(windows.map((window) => [nameOf(window), movedIn(found, window)]))
