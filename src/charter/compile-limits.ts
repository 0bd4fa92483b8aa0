/** What a tool may move over a window, and how often: over sums that the engine reads under the lock. Cedar decides. */
import { formatDuration, formatRate } from '../duration.ts'
import { access } from '../policy/cedar-text.ts'
import type { CedarType } from '../policy/cedar-type.ts'
import type { Tool } from '../tools/tool.ts'
import { argumentAt, moneyArgument, sumAtMost } from './compile-argument.ts'
import { sayMoney } from './compile-asks.ts'
import { pageError } from './compile-problem.ts'
import type { Rule } from './compile-text.ts'
import type { Page, ToolLimit, ToolRules } from './page.ts'

/**
 * Every sum that the tool's policies read, by its name in `context.limits`; `measure` is the argument that is summed. A
 * rate counts the calls of the tool, `per: 'tool'`. Throws `charter_invalid` where the tool has nothing to sum.
 */
export function limitsOf(
  page: Page,
  tool: Tool,
  rules: ToolRules,
  args: CedarType,
): Readonly<Record<string, ToolLimit>> {
  const bound = Object.entries(rules.limits).map(([name, limit]): [string, ToolLimit] => [
    name,
    bindMeasure(page, tool, args, name, limit),
  ])
  return { ...Object.fromEntries(bound), ...ratesOf(tool, rules) }
}

/** `amount_usd` sums the tool's one money argument, whatever its name. What is reserved is read from the top level alone. */
function bindMeasure(page: Page, tool: Tool, args: CedarType, name: string, limit: ToolLimit): ToolLimit {
  if (limit.currency === undefined) return limit
  const key = limitKey(tool, name)
  const { path } = moneyArgument(page, key, tool, args, limit.currency)
  const [measure = '', ...deeper] = path
  if (deeper.length === 0) return { ...limit, measure }
  throw pageError(
    page,
    key,
    `\`${path.join('.')}\` of \`${tool.name}\` stands inside another argument, so it cannot be summed`,
  )
}

const limitKey = (tool: Tool, name: string): string => `tools.${tool.name}.limits.${name}`

/** What the vendor takes holds beside what the page allows: a page only tightens. */
function ratesOf(tool: Pick<Tool, 'rate'>, rules: ToolRules): Readonly<Record<string, ToolLimit>> {
  return {
    ...(rules.rate && { rate: asLimit(rules.rate) }),
    ...(tool.rate && { vendor_rate: asLimit(tool.rate) }),
  }
}

const asLimit = ({ count, withinMs }: { count: number; withinMs: number }): ToolLimit => ({
  measure: 'calls',
  per: 'tool',
  withinMs,
  max: count,
})

export function limitRules(page: Page, tool: Tool, rules: ToolRules, args: CedarType): Rule[] {
  return [
    ...Object.entries(rules.limits).map(([name, limit]) => limitRule(page, tool, args, name, limit)),
    ...Object.entries(ratesOf(tool, rules)).map(([name, limit]) => rateRule(tool, name, limit)),
  ]
}

function rateRule(tool: Tool, name: string, limit: ToolLimit): Rule {
  const own = name === 'vendor_rate'
  return {
    name,
    effect: 'forbid',
    says: `${tool.name} is called at most ${formatRate({ count: limit.max, withinMs: limit.withinMs })}${own ? ', as it declares' : ''}`,
    code: 'rate_limited',
    key: own ? `tools.${tool.name}` : `tools.${tool.name}.rate`,
    unless: `context.dryRun || context.limits${access([name])} + 1 <= ${limit.max}`,
  }
}

function limitRule(page: Page, tool: Tool, args: CedarType, name: string, limit: ToolLimit): Rule {
  const key = limitKey(tool, name)
  const window = `per ${limit.per} within ${formatDuration(limit.withinMs)}`
  return {
    name: `limits.${name}`,
    effect: 'forbid',
    says: `${tool.name} ${sayMost(limit)} ${window}`,
    code: 'limit_exceeded',
    key,
    unless: `context.dryRun || (${withinLimit(page, key, tool, args, name, limit)})`,
  }
}

function withinLimit(page: Page, key: string, tool: Tool, args: CedarType, name: string, limit: ToolLimit): string {
  const sum = `context.limits${access([name])}`
  if (limit.measure === 'calls') return `${sum} + 1 <= ${limit.max}`
  if (limit.currency !== undefined) {
    return sumAtMost(sum, moneyArgument(page, key, tool, args, limit.currency), limit.max, limit.currency)
  }
  const argument = argumentAt(page, key, tool, args, [limit.measure])
  if (argument.type.kind !== 'Long')
    throw pageError(page, key, `\`${limit.measure}\` of \`${tool.name}\` is no whole number`)
  return sumAtMost(sum, argument, limit.max, undefined)
}

function sayMost({ measure, currency, max }: ToolLimit): string {
  if (measure === 'calls') return `is called at most ${max} times`
  return `moves at most ${currency === undefined ? `${max} of ${measure}` : sayMoney({ minor: max, currency })}`
}
