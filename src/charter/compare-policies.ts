/**
 * Two sets of Cedar policies: an added forbid or a removed permit is a narrowing, every other edit a widening. What
 * stands in which file, in which order and with which spaces and comments is no edit.
 */
import { isDeepStrictEqual } from 'node:util'
import { policySetTextToParts, policyToJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { NamedText } from './composite-kinds.ts'
import type { Order } from './order.ts'

interface Policy {
  readonly effect: string
  /** Without spaces, comments and places: equal for equal policies. */
  readonly meaning: unknown
}

export const comparePolicies: Order<readonly NamedText[]> = {
  total: false,
  widens: 'a forbid was removed or changed, or a permit added or changed',
  narrows: 'forbids were added or permits removed, nothing else',
  atMost: (a, b) => {
    const [mine, theirs] = [policiesOf(a), policiesOf(b)]
    // What cannot be read cannot be compared.
    if (mine === undefined || theirs === undefined) return false
    const added = without(mine, theirs)
    const removed = without(theirs, mine)
    return added.every(({ effect }) => effect === 'forbid') && removed.every(({ effect }) => effect === 'permit')
  },
}

function policiesOf(files: readonly NamedText[] = []): Policy[] | undefined {
  const policies: Policy[] = []
  for (const { text } of files) {
    const parts = policySetTextToParts(text)
    if (parts.type === 'failure') return undefined
    for (const policy of parts.policies) {
      const answer = policyToJson(policy)
      if (answer.type === 'failure') return undefined
      policies.push({ effect: answer.json.effect, meaning: answer.json })
    }
    // A template permits nothing by itself, but a link to it may: any edit of one counts as widening.
    for (const template of parts.policy_templates) policies.push({ effect: 'template', meaning: template })
  }
  return policies
}

/** Those of `some` that `others` do not hold, each as often as it is missing. */
function without(some: readonly Policy[], others: readonly Policy[]): Policy[] {
  const left = [...others]
  return some.filter(({ meaning }) => {
    const found = left.findIndex((other) => isDeepStrictEqual(other.meaning, meaning))
    if (found >= 0) left.splice(found, 1)
    return found < 0
  })
}
