/** Which change of a key lets the agent do more, in words. Every order of `src/charter/order.ts` has its sentence here. */
import { comparePolicies } from '../../src/charter/compare-policies.ts'
import type { Key } from '../../src/charter/kind.ts'
import {
  acknowledgement,
  allowedList,
  amountBound,
  demand,
  endingRules,
  heldOver,
  noAuthority,
  type Order,
  permission,
  rateBound,
  restriction,
  riskApprovals,
  threshold,
  toolApprovals,
  unknownOrder,
  upperBound,
} from '../../src/charter/order.ts'
import { toolOrder } from '../../src/charter/tool-keys.ts'

const sentences: readonly (readonly [Order<never>, string])[] = [
  [upperBound, 'higher or left out widens, lower narrows'],
  [amountBound, 'higher, left out or in another currency widens, lower narrows'],
  [heldOver, 'less or left out widens, more narrows'],
  [rateBound, 'more often or left out widens, less often narrows'],
  [allowedList, 'a longer list or none widens, a shorter one narrows'],
  [permission, '`true` widens, anything else narrows'],
  [demand, '`true` narrows, `false` or left out widens'],
  [threshold, 'lower narrows; higher, added or left out widens'],
  [restriction, 'added narrows, changed or left out widens'],
  [toolOrder, 'a tool that may be called widens, one that no longer may narrows; else by its parts'],
  [riskApprovals, 'more people or a shorter time narrows; others, fewer, or a first step widens'],
  [toolApprovals, 'more people or a shorter time narrows; others, fewer, added or left out widens'],
  [endingRules, 'one more rule, or one that is met sooner, narrows; the other way widens'],
  [acknowledgement, 'added widens, left out narrows; its wording is neither'],
  [comparePolicies, 'an added forbid or a removed permit narrows, every other edit widens'],
  [unknownOrder, 'any change widens'],
  [noAuthority, 'neither: it says who or what'],
]

/** Throws for an order that has no sentence: the page would say nothing of it. */
export function changeOf({ order, kind, required }: Key<unknown>): string {
  if (order === restriction && kind.keys !== undefined) return 'counts by its parts'
  const known = sentences.find(([each]) => each === order)
  if (known) return required ? known[1].replace(/,? (?:or )?left out(?= or| widens)/, '') : known[1]
  const words = kind.schema.enum
  if (!Array.isArray(words)) throw new Error(`an order that nothing is said of: widens when ${order.widens}`)
  const rising = words.map(String).toSorted((a, b) => (order.atMost(a, b) ? -1 : 1))
  return `from least to most: ${rising.map((word) => `\`${word}\``).join(', ')}`
}
