/** Every rule that the page's keys make for one tool, in the order in which a refusal is named after them. */
import { formatDuration } from '../duration.ts'
import type { ErrorCode } from '../errors.ts'
import { quoteCedar } from '../policy/cedar-text.ts'
import type { CedarType } from '../policy/cedar-type.ts'
import type { Risk, Tool } from '../tools/tool.ts'
import { argumentAt, atMost, moneyArgument, oneOf } from './compile-argument.ts'
import type { Asking } from './compile-asks.ts'
import { askRules, sayMoney } from './compile-asks.ts'
import { limitRules } from './compile-limits.ts'
import { pageError } from './compile-problem.ts'
import type { Rule } from './compile-text.ts'
import type { Page, ToolRules } from './page.ts'

export interface ToolOnPage {
  readonly page: Page
  readonly tool: Tool
  readonly rules: ToolRules
  readonly risk: Risk
  readonly asking: Asking
  /** What its arguments are to a policy. */
  readonly args: CedarType
}

/** Throws `charter_invalid` for a key that the tool gives nothing to hold on to. */
export function rulesOf(on: ToolOnPage): Rule[] {
  const closed = closingRules(on)
  if (closed.length > 0) return closed
  const { page, tool, rules, risk, asking, args } = on
  const over = rules.requireApprovalOver
  const overKey = `tools.${tool.name}.require_approval_over_${over?.currency}`
  const money = over && moneyArgument(page, overKey, tool, args, over.currency)
  return [
    {
      name: 'allowed',
      effect: 'permit',
      says: `${page.agent.name} may call ${tool.name}`,
      key: `tools.${tool.name}.allowed`,
    },
    stageRule(tool),
    ...factRules(on),
    ...withinRules(on),
    ...fieldRules(on),
    ...amountRules(on),
    ...onceRules(on),
    ...limitRules(page, tool, rules, args),
    ...askRules(page, tool, rules, risk, asking, money),
  ]
}

/** What makes the tool uncallable, whatever else the page or its Cedar files say. */
function closingRules({ tool, rules, risk }: ToolOnPage): Rule[] {
  const closed = (name: string, says: string, code: ErrorCode = 'denied_by_policy'): Rule => {
    return { name, effect: 'forbid', says, code, key: `tools.${tool.name}.${name}` }
  }
  const missing = rules.notEnforced.join(', ')
  return [
    ...(rules.allowed ? [] : [closed('allowed', `the page does not allow ${tool.name}`)]),
    ...(risk === 'forbidden' ? [closed('risk', `the risk of ${tool.name} is forbidden`)] : []),
    ...(missing === ''
      ? []
      : [closed('not_enforced', `${tool.name} asks for ${missing}, which nothing enforces yet`, 'not_enforced')]),
  ]
}

/** A stage that is not known lets nothing through. */
function stageRule(tool: Tool): Rule {
  const writes = tool.kind === 'write' || tool.egress
  const stages = [...(writes ? [] : ['observe']), 'draft', 'gated', 'auto']
  return {
    name: 'stage',
    effect: 'forbid',
    says: `${tool.name} is called at ${stages.slice(0, -1).join(', ')} and auto only`,
    code: 'denied_by_stage',
    key: 'agent.stage',
    unless: `[${stages.map(quoteCedar).join(', ')}].contains(context.stage)`,
  }
}

/** Facts that are so or not: the grant, the intent, the citation. */
function factRules({ page, tool, rules }: ToolOnPage): Rule[] {
  const key = (name: string) => `tools.${tool.name}.${name}`
  const forbid = (name: string, code: ErrorCode, says: string, unless: string): Rule => {
    return { name, effect: 'forbid', says, code, key: key(name), unless }
  }
  if (rules.subject !== undefined && tool.subjects === undefined) {
    throw pageError(
      page,
      key('subject'),
      `\`${tool.name}\` names no subjects, so no grant can name its \`${rules.subject}\``,
    )
  }
  return [
    ...(rules.subject === undefined
      ? []
      : [
          forbid('subject', 'grant_invalid', `the grant names the ${rules.subject} of ${tool.name}`, 'context.granted'),
        ]),
    ...(rules.requireIntent
      ? [
          forbid(
            'require_intent',
            'intent_missing',
            `${tool.name} states its intent, with evidence that was read`,
            'context.intent',
          ),
        ]
      : []),
    ...(rules.requireCitation
      ? [
          forbid(
            'require_citation',
            'citation_missing',
            `${tool.name} cites a document that was read`,
            'context.citations >= 1',
          ),
        ]
      : []),
  ]
}

function withinRules({ page, tool, rules, args }: ToolOnPage): Rule[] {
  return Object.entries(rules.within).map(([name, values]) => {
    const key = `tools.${tool.name}.within.${name}`
    const argument = argumentAt(page, key, tool, args, [name])
    const says = `${name} of ${tool.name} is ${values.length === 0 ? 'nothing' : `one of ${values.join(', ')}`}`
    const rule: Rule = { name: `within.${name}`, effect: 'forbid', says, key }
    return values.length === 0 ? rule : { ...rule, unless: oneOf(page, key, argument, values) }
  })
}

function fieldRules({ tool, rules }: ToolOnPage): Rule[] {
  const fields = rules.allowedFields
  if (fields === undefined) return []
  const says = `${tool.name} touches ${fields.length === 0 ? 'no field' : `${fields.join(', ')} only`}`
  const set = `[${fields.map(quoteCedar).join(', ')}]`
  const unless = fields.length === 0 ? 'context.fields.isEmpty()' : `${set}.containsAll(context.fields)`
  return [{ name: 'allowed_fields', effect: 'forbid', says, key: `tools.${tool.name}.allowed_fields`, unless }]
}

function amountRules({ page, tool, rules, args }: ToolOnPage): Rule[] {
  const max = rules.maxAmount
  if (max === undefined) return []
  const name = `max_amount_${max.currency}`
  const key = `tools.${tool.name}.${name}`
  const unless = atMost(moneyArgument(page, key, tool, args, max.currency), max)
  return [{ name, effect: 'forbid', says: `${tool.name} moves at most ${sayMoney(max)}`, key, unless }]
}

function onceRules({ page, tool, rules }: ToolOnPage): Rule[] {
  const once = onceOf(page, tool, rules)
  if (once === undefined) return []
  const key = rules.once === undefined ? `tools.${tool.name}` : `tools.${tool.name}.once`
  const says = `${tool.name} happens once per ${once.per} within ${formatDuration(once.withinMs)}`
  return [{ name: 'once', effect: 'forbid', says, code: 'business_key_taken', key, unless: 'context.once == 0' }]
}

/** The tool's own business key, lengthened by the page; or the page's. Throws `charter_invalid` where they differ in kind. */
export function onceOf(page: Page, tool: Tool, rules: ToolRules): ToolRules['once'] {
  if (tool.once === undefined || rules.once === undefined) return rules.once ?? tool.once
  if (tool.once.per === rules.once.per) {
    return { per: tool.once.per, withinMs: Math.max(tool.once.withinMs, rules.once.withinMs) }
  }
  const message = `\`${tool.name}\` happens once per ${tool.once.per}, and the page says once per ${rules.once.per}`
  throw pageError(page, `tools.${tool.name}.once`, message, `say \`per: ${tool.once.per}\`, or leave \`once\` out`)
}
