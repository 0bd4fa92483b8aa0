/** Whom a tool asks, and the rules that ask. */

import { countOf, mostSteps } from '../policy/ask.ts'
import { access } from '../policy/cedar-text.ts'
import { formatMoney } from '../tools/money.ts'
import type { Risk, Tool } from '../tools/tool.ts'
import type { Argument } from './compile-argument.ts'
import { atMost } from './compile-argument.ts'
import { pageError } from './compile-problem.ts'
import type { Rule } from './compile-text.ts'
import type { ApprovalStep, Page, ToolRules } from './page.ts'

const risks: readonly Risk[] = ['low', 'medium', 'high', 'forbidden']

/** What the tool declares, raised by the page and never lowered. */
export function effectiveRisk(tool: Pick<Tool, 'risk'>, rules: Pick<ToolRules, 'risk'> | undefined): Risk {
  const raised = rules?.risk ?? tool.risk
  return risks.indexOf(raised) > risks.indexOf(tool.risk) ? raised : tool.risk
}

export interface Asking {
  readonly steps: readonly ApprovalStep[]
  /** The key of the page that names them, or would. */
  readonly key: string
}

/** The tool's own steps, else those of its risk. Throws `charter_invalid` above four. */
export function askingOf(page: Page, name: string, rules: ToolRules, risk: Risk): Asking {
  const own = rules.approval !== undefined
  const key = own ? `tools.${name}.approval` : `approvals.${risk}`
  const steps = rules.approval ?? page.approvals[risk] ?? []
  if (steps.length > mostSteps)
    throw pageError(page, key, `\`${key}\` has ${steps.length} steps, and ${mostSteps} is the most`)
  return { steps, key }
}

/** `context.approvals.finance >= 2 && …`; steps of one group add up. */
function allSigned(steps: readonly ApprovalStep[]): string {
  return groupsOf(steps)
    .map((group) => `context.approvals${access([group])} >= ${countOf(steps, group)}`)
    .join(' && ')
}

export const groupsOf = (steps: readonly ApprovalStep[]): string[] => [...new Set(steps.map(({ from }) => from))]

/**
 * A call with `dry_run` moves nothing, so asks and limits let it pass (`context.dryRun`), here and in
 * `compile-limits.ts`; every other rule holds for it too, because a preview shows what the rules would hide.
 */
export function askRules(
  page: Page,
  tool: Tool,
  rules: ToolRules,
  risk: Risk,
  asking: Asking,
  money: Argument | undefined,
): Rule[] {
  const asks: Rule[] = []
  if (tool.kind === 'write') {
    const says = `at stage draft every call of ${tool.name}`
    asks.push(askRule(asking, { name: 'draft', says, key: 'agent.stage', stages: 'context.stage == "draft"' }))
  }
  if (rules.requireApprovalOver !== undefined && money !== undefined) {
    const { currency } = rules.requireApprovalOver
    const name = `require_approval_over_${currency}`
    const says = `${tool.name} over ${sayMoney(rules.requireApprovalOver)}`
    const free = atMost(money, rules.requireApprovalOver)
    asks.push(askRule(asking, { name, says, key: `tools.${tool.name}.${name}`, free }))
  } else if (risk === 'high') {
    // At `auto` a page that gives no threshold has none; at every other stage that is not yet believed.
    const says = `every call of ${tool.name}, which is of high risk,`
    const key = page.tools[tool.name]?.risk === undefined ? `tools.${tool.name}` : `tools.${tool.name}.risk`
    asks.push(askRule(asking, { name: 'high_risk', says, key, stages: 'context.stage != "auto"' }))
  }
  return asks
}

interface Ask {
  readonly name: string
  readonly says: string
  readonly key: string
  /** When it asks at some stages only. */
  readonly stages?: string
  /** What may pass unasked. */
  readonly free?: string
}

/** P4: where there is nobody to ask, the answer is no, by name. */
function askRule({ steps }: Asking, { name, says, key, stages, free }: Ask): Rule {
  const signed = allSigned(steps)
  const someone = signed !== ''
  const when = [...(stages === undefined ? [] : [stages]), '!context.dryRun'].join(' && ')
  const unless = [...(free === undefined ? [] : [`(${free})`]), ...(someone ? [`(${signed})`] : [])].join(' || ')
  return {
    name,
    effect: 'forbid',
    says: `${says} needs ${someone ? saySteps(steps) : 'an approval, and the page names nobody to ask'}`,
    code: someone ? 'approval_required' : 'no_approver',
    key,
    when,
    ...(unless === '' ? {} : { unless }),
  }
}

/** `2 signatures of finance and 1 of legal`. */
function saySteps(steps: readonly ApprovalStep[]): string {
  const counts = groupsOf(steps).map((group, index) => {
    const count = countOf(steps, group)
    return index > 0 ? `${count} of ${group}` : `${count} signature${count === 1 ? '' : 's'} of ${group}`
  })
  return counts.join(' and ')
}

/** `25.00 USD`. */
export const sayMoney = (money: { minor: number; currency: string }): string =>
  `${formatMoney(money)} ${money.currency.toUpperCase()}`
