/** P5: a run is bounded by two pages, and a rule decides as the one has it on which it allows less. */
import { compareCharters } from './compare.ts'
import type { Page } from './page.ts'

/** `rule` as decisions name it: `agent.stage`, `request_refund.max_amount_usd`. */
export function narrowerPage(pinned: Page, inForce: Page, rule: string): Page {
  if (pinned.hash === inForce.hash) return pinned
  const keys = [rule, `tools.${rule}`]
  const narrowed = compareCharters(pinned, inForce).some(
    ({ path, effect }) => effect === 'narrows' && keys.some((key) => isWithin(path, key) || isWithin(key, path)),
  )
  return narrowed ? inForce : pinned
}

const isWithin = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`)
