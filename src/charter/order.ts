/**
 * Which of two values of a key lets more through. An order answers one question, whether `a` allows at most what `b`
 * does, and from the two answers follows the effect of a change. Where neither allows at most the other, the change
 * counts as widening: the careful answer.
 */
import { isDeepStrictEqual } from 'node:util'
import type { ApprovalStep, Money } from './page.ts'

export type Effect = 'widens' | 'narrows' | 'neither'

export interface Order<Value> {
  /** Of any two values one allows at most what the other does, so that a change and its way back mirror each other. */
  readonly total: boolean
  readonly widens: string
  readonly narrows: string
  /** Nothing stands for an absent key. */
  atMost(a: Value | undefined, b: Value | undefined): boolean
}

export function effectOf<Value>(order: Order<Value>, before: Value | undefined, after: Value | undefined): Effect {
  if (!order.atMost(after, before)) return 'widens'
  return order.atMost(before, after) ? 'neither' : 'narrows'
}

const more = { widens: 'more is let through', narrows: 'less is let through' }
const strict = { widens: 'a demand is dropped or eased', narrows: 'more is demanded' }

/** Values on a line, by a rank: the higher, the more is allowed. */
function ranked<Value>(rank: (value: Value | undefined) => number, words = more): Order<Value> {
  return { total: true, ...words, atMost: (a, b) => rank(a) <= rank(b) }
}

/** A bound from above; absent, nothing is bounded. */
export const upperBound: Order<number> = ranked((value) => value ?? Number.POSITIVE_INFINITY)

/** A window that a sum or a key is held over: the longer, the less is allowed. Absent, nothing is held. */
export const heldOver: Order<number> = ranked((value) => -(value ?? 0))

/** A permission that is given by `true`. */
export const permission: Order<boolean> = ranked((value) => (value === true ? 1 : 0))

/** A demand that is made by `true`. */
export const demand: Order<boolean> = ranked((value) => (value === true ? 0 : 1), strict)

/** A choice on a scale, from what allows least to what allows most; absent stands for the word given, or for most. */
export function scale<Word extends string>(words: readonly Word[], absent?: Word): Order<Word> {
  return ranked((word = absent) => (word === undefined ? words.length : words.indexOf(word)))
}

/** Says who or what, not how much may be done. */
export const noAuthority: Order<unknown> = {
  total: true,
  widens: '',
  narrows: '',
  atMost: () => true,
}

/** Nobody can say which of two values allows more. */
export const unknownOrder: Order<unknown> = {
  total: false,
  widens: 'which of the two allows more cannot be told, so it counts as widening',
  narrows: '',
  atMost: isDeepStrictEqual,
}

/** A restriction as a whole: absent, everything passes. Two that differ are compared part by part, if they have parts. */
export const restriction: Order<unknown> = {
  total: false,
  widens: 'a restriction is dropped',
  narrows: 'a restriction is added',
  atMost: (a, b) => b === undefined || isDeepStrictEqual(a, b),
}

/** An acknowledgement without which something is refused; its wording allows nothing. */
export const acknowledgement: Order<unknown> = {
  total: true,
  widens: 'what was refused without it is let through',
  narrows: 'what was let through by it is refused',
  atMost: (a, b) => a === undefined || b !== undefined,
}

/** Amounts of two currencies cannot be compared. */
export const amountBound: Order<Money> = {
  total: false,
  ...more,
  atMost: (a, b) => b === undefined || (a !== undefined && a.currency === b.currency && a.minor <= b.minor),
}

/**
 * Above a threshold people are asked. Without one a tool of high risk asks every time and another never does, so that
 * neither the coming nor the going of a threshold can be called a narrowing.
 */
export const threshold: Order<Money> = {
  total: false,
  widens: 'people may be asked less often',
  narrows: 'people are asked more often',
  atMost: (a, b) =>
    (a === undefined && b === undefined) ||
    (a !== undefined && b !== undefined && a.currency === b.currency && a.minor <= b.minor),
}

/** A list of what is allowed; absent, everything is. */
export const allowedList: Order<readonly (string | number)[]> = {
  total: false,
  ...more,
  atMost: (a, b) => b === undefined || (a?.every((value) => b.includes(value)) ?? false),
}

/** A rate; absent, as often as the tool itself bears. */
export const rateBound: Order<{ count: number; withinMs: number }> = {
  total: false,
  ...more,
  atMost: (a, b) => b === undefined || (a !== undefined && a.count <= b.count && a.withinMs >= b.withinMs),
}

const steps = {
  total: false,
  widens: 'others, fewer or for longer may agree, or someone may where nobody could',
  narrows: 'more people must agree, or sooner, or nobody can',
}

/**
 * Whom a risk asks. Without steps there is nobody to ask and what needs asking is denied, so that the first step lets
 * something through. Steps of one group add up; a signature that may come later counts as more.
 */
export const riskApprovals: Order<readonly ApprovalStep[]> = {
  ...steps,
  atMost: (a, b) => a === undefined || (b !== undefined && asksAtLeast(a, b)),
}

/** Whom a tool asks. Without steps it asks what its risk asks for, which may be more, or less, or nobody. */
export const toolApprovals: Order<readonly ApprovalStep[]> = {
  ...steps,
  atMost: (a, b) => a === b || (a !== undefined && b !== undefined && asksAtLeast(a, b)),
}

function asksAtLeast(a: readonly ApprovalStep[], b: readonly ApprovalStep[]): boolean {
  const [mine, theirs] = [byGroup(a), byGroup(b)]
  return [...theirs].every(([from, their]) => {
    const my = mine.get(from)
    return my !== undefined && my.count >= their.count && my.expiresInMs <= their.expiresInMs
  })
}

function byGroup(steps: readonly ApprovalStep[]): Map<string, { count: number; expiresInMs: number }> {
  const groups = new Map<string, { count: number; expiresInMs: number }>()
  for (const { from, count, expiresInMs } of steps) {
    const known = groups.get(from)
    groups.set(from, {
      count: count + (known?.count ?? 0),
      expiresInMs: Math.max(expiresInMs, known?.expiresInMs ?? 0),
    })
  }
  return groups
}

/** Rules that end a run early: each one more, or met sooner, narrows. */
export const endingRules: Order<readonly EndingRule[]> = {
  total: false,
  widens: 'a run may go on where it was ended',
  narrows: 'a run is ended sooner',
  atMost: (a = [], b = []) => b.every((theirs) => a.some((mine) => endsAtLeast(mine, theirs))),
}

interface EndingRule {
  readonly metric: string
  readonly comparison: string
  readonly value: number
  readonly action: string
}

function endsAtLeast(mine: EndingRule, theirs: EndingRule): boolean {
  if (mine.metric !== theirs.metric || mine.action !== theirs.action || mine.comparison !== theirs.comparison)
    return false
  return mine.comparison.startsWith('>') ? mine.value <= theirs.value : mine.value >= theirs.value
}
