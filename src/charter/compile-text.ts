/** One rule of the page as a Cedar policy that a person can read. */
import type { ErrorCode } from '../errors.ts'
import { quoteCedar } from '../policy/cedar-text.ts'
import type { PolicySource } from '../policy/policy-set.ts'
import { placeOf } from './compile-problem.ts'
import type { Page } from './page.ts'

export interface Rule {
  /** Behind the tool's name it is the id of the policy: `max_amount_usd`. */
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  readonly says: string
  /** What a refusal by it is called; `denied_by_policy` unless said. */
  readonly code?: ErrorCode
  /** The key of the page that it comes from, by dotted path. */
  readonly key: string
  readonly when?: string
  readonly unless?: string
}

export function toPolicy(page: Page, tool: string, rule: Rule): PolicySource {
  const id = `${tool}.${rule.name}`
  const code = rule.code ?? 'denied_by_policy'
  const annotations = [
    ['id', id],
    ['says', rule.says],
    ...(rule.effect === 'forbid' ? [['code', code]] : []),
    ['page', rule.key],
  ]
  const lines = annotations.map(([name = '', value = '']) => `@${name}(${quoteCedar(value)})`)
  const text = [...lines, `${rule.effect} (${scope(page, tool, rule)})`, ...conditions(rule)].join('\n')
  return { id, text: `${text};`, says: rule.says, from: rule.key, code, place: placeOf(page, rule.key) }
}

/** A permit is for the agent of the page alone; a forbid is for whoever comes under it. */
function scope(page: Page, tool: string, { effect }: Rule): string {
  const principal = effect === 'permit' ? `principal == Agent::${quoteCedar(page.agent.name)}` : 'principal'
  return `${principal}, action == Action::${quoteCedar(tool)}, resource`
}

const conditions = ({ when, unless }: Rule): string[] => [
  ...(when === undefined ? [] : [`when { ${when} }`]),
  ...(unless === undefined ? [] : [`unless { ${unless} }`]),
]
