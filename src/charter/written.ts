/**
 * Between the page as it is written, whose names and shape are those of the table of keys, and the Page that the rest of
 * Charter works with. `writtenOf` is the way back: with it one page is described, hashed and compared by its own keys.
 */
import type { Place } from '../errors.ts'
import { byName, type NamedText } from './composite-kinds.ts'
import { defaults, type WrittenPage } from './keys.ts'
import type { Page, PromptVariable, Stage, ToolLimit, ToolRules } from './page.ts'
import type { WrittenTool } from './tool-keys.ts'

/** What stands on no key: where the page came from, and what was noticed while it was read. */
export interface Origin {
  readonly foreign: boolean
  /** For a page that does not name its agent, or its stage. */
  readonly name: string
  readonly stage: Stage
  readonly variables: readonly PromptVariable[]
  readonly notEnforced: readonly { readonly key: string; readonly place: Place }[]
  readonly places: Readonly<Record<string, Place>>
}

/** The same object without the keys that have no value, which is what an optional key means here. */
type Present<Given> = { [Name in keyof Given as undefined extends Given[Name] ? never : Name]: Given[Name] } & {
  [Name in keyof Given as undefined extends Given[Name] ? Name : never]?: Exclude<Given[Name], undefined>
}

function present<Given extends object>(given: Given): Present<Given> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Present<Given>
}

/** Absent stays absent. */
const when = <Said, Value>(said: Said | undefined, make: (said: Said) => Value): Value | undefined =>
  said === undefined ? undefined : make(said)

export function pageOf(written: WrittenPage, origin: Origin): Omit<Page, 'hash'> {
  const { agent = {}, models = {}, tools = {} } = written
  return present({
    foreign: origin.foreign,
    agent: present({
      name: agent.name ?? origin.name,
      owner: agent.owner,
      purpose: agent.purpose,
      stage: agent.stage ?? origin.stage,
      onBehalfOf: agent.on_behalf_of ?? defaults.onBehalfOf,
    }),
    ...bounds(agent),
    escalation: {
      onBudgetExceeded: agent.escalation?.on_budget_exceeded ?? defaults.escalation,
      onToolErrorRetriesExhausted: agent.escalation?.on_tool_error_retries_exhausted ?? defaults.escalation,
    },
    escalationRules: written.escalation_rules ?? [],
    prompt: when(written.prompt, (prompt) => ({ ...prompt, variables: origin.variables })),
    onCall: written.on_call,
    models: present({ default: models.default, escalate: models.escalate }),
    approvals: written.approvals ?? {},
    tools: byName(Object.entries(tools).map(([name, tool]) => [name, toolRulesOf(name, tool, origin)])),
    policies: written.policies ?? [],
    ...notYet(written),
    notEnforced: origin.notEnforced.filter(({ key }) => !key.startsWith('tools.')),
    places: origin.places,
  })
}

function bounds(agent: NonNullable<WrittenPage['agent']>): Pick<Page, 'budget' | 'perStep' | 'sharedBudgets'> {
  return {
    budget: present({
      activeMs: when(agent.max_wall_clock_seconds, (seconds) => seconds * 1000),
      turns: agent.max_steps,
      toolCalls: agent.max_tool_calls,
      promptTokens: agent.max_prompt_tokens,
      completionTokens: agent.max_completion_tokens,
      costMicroUsd: agent.max_cost_usd,
    }),
    perStep: present({ toolCalls: agent.per_step?.tool_calls, retries: agent.per_step?.retries ?? defaults.retries }),
    sharedBudgets: present({
      dayMicroUsd: agent.budgets?.day?.cost_usd,
      sessionMicroUsd: agent.budgets?.session?.cost_usd,
    }),
  }
}

function notYet({ outcome, slo, knowledge, logging, environment }: WrittenPage) {
  return present({
    outcome,
    slo: when(slo, ({ success, policy_violations, p95_ms, cost_per_outcome_usd }) =>
      present({
        success,
        policyViolations: policy_violations,
        p95Ms: p95_ms,
        costPerOutcomeMicroUsd: cost_per_outcome_usd,
      }),
    ),
    knowledge: when(knowledge, ({ sources, max_age }) => present({ sources, maxAgeMs: max_age })),
    logging: when(logging, ({ trace_id, log_tool_args, store_prompts, store_tool_metadata }) =>
      present({
        traceId: trace_id,
        logToolArgs: log_tool_args,
        storePromptsMs: store_prompts,
        storeToolMetadataMs: store_tool_metadata,
      }),
    ),
    environment,
  })
}

function toolRulesOf(name: string, tool: WrittenTool, { notEnforced }: Origin): ToolRules {
  const prefix = `tools.${name}.`
  return present({
    allowed: tool.allowed ?? false,
    risk: tool.risk,
    subject: tool.subject,
    maxAmount: tool['max_amount_*'],
    requireApprovalOver: tool['require_approval_over_*'],
    requireCitation: tool.require_citation ?? false,
    requireIntent: tool.require_intent ?? false,
    once: when(tool.once, ({ per, within }) => ({ per, withinMs: within })),
    approval: tool.approval,
    limits: limitsOf(tool.limits ?? {}),
    within: tool.within ?? byName([]),
    allowedFields: tool.allowed_fields,
    rate: tool.rate,
    fallback: tool.fallback,
    acceptConflict: tool.accept_conflict,
    mode: tool.mode,
    rowLevelSecurity: tool.row_level_security,
    tainted: tool.tainted,
    notEnforced: notEnforced.filter(({ key }) => key.startsWith(prefix)).map(({ key }) => key.slice(prefix.length)),
  })
}

type WrittenLimits = NonNullable<WrittenTool['limits']>

function limitsOf({ calls, 'amount_*': amount }: WrittenLimits): Readonly<Record<string, ToolLimit>> {
  const limits: [string, ToolLimit][] = []
  if (amount !== undefined) {
    const { per, within, max } = amount
    const limit = { measure: 'amount', currency: max.currency, per, withinMs: within, max: max.minor }
    limits.push([`amount_${max.currency}`, limit])
  }
  if (calls !== undefined) {
    limits.push(['calls', { measure: 'calls', per: calls.per, withinMs: calls.within, max: calls.max }])
  }
  return byName(limits)
}

/** Every key with the value that is in force, defaults included. */
export function writtenOf(page: Omit<Page, 'hash'>): WrittenPage {
  const { agent, budget, perStep, sharedBudgets, escalation, models } = page
  return present({
    charter: page.foreign ? undefined : 1,
    agent: present({
      name: agent.name,
      owner: agent.owner,
      purpose: agent.purpose,
      stage: agent.stage,
      on_behalf_of: agent.onBehalfOf,
      max_wall_clock_seconds: when(budget.activeMs, (ms) => ms / 1000),
      max_steps: budget.turns,
      max_tool_calls: budget.toolCalls,
      max_prompt_tokens: budget.promptTokens,
      max_completion_tokens: budget.completionTokens,
      max_cost_usd: budget.costMicroUsd,
      escalation: {
        on_budget_exceeded: escalation.onBudgetExceeded,
        on_tool_error_retries_exhausted: escalation.onToolErrorRetriesExhausted,
      },
      per_step: present({ tool_calls: perStep.toolCalls, retries: perStep.retries }),
      budgets: present({
        day: when(sharedBudgets.dayMicroUsd, (cost_usd) => ({ cost_usd })),
        session: when(sharedBudgets.sessionMicroUsd, (cost_usd) => ({ cost_usd })),
      }),
    }),
    prompt: when(page.prompt, ({ file, text }): NamedText => ({ file, text })),
    outcome: page.outcome,
    slo: when(page.slo, ({ success, policyViolations, p95Ms, costPerOutcomeMicroUsd }) =>
      present({
        success,
        policy_violations: policyViolations,
        p95_ms: p95Ms,
        cost_per_outcome_usd: costPerOutcomeMicroUsd,
      }),
    ),
    on_call: page.onCall,
    models: present({ default: models.default, escalate: models.escalate }),
    escalation_rules: page.escalationRules,
    approvals: writtenApprovals(page.approvals),
    tools: byName(Object.entries(page.tools).map(([name, rules]) => [name, writtenTool(rules)])),
    policies: page.policies,
    knowledge: when(page.knowledge, ({ sources, maxAgeMs }) => present({ sources, max_age: maxAgeMs })),
    logging: when(page.logging, ({ traceId, logToolArgs, storePromptsMs, storeToolMetadataMs }) =>
      present({
        trace_id: traceId,
        log_tool_args: logToolArgs,
        store_prompts: storePromptsMs,
        store_tool_metadata: storeToolMetadataMs,
      }),
    ),
    environment: page.environment,
  })
}

const writtenApprovals = ({ low, medium, high }: Page['approvals']) => present({ low, medium, high })

function writtenTool(rules: ToolRules): WrittenTool {
  return present({
    allowed: rules.allowed,
    risk: rules.risk,
    subject: rules.subject,
    'max_amount_*': rules.maxAmount,
    'require_approval_over_*': rules.requireApprovalOver,
    require_citation: rules.requireCitation,
    require_intent: rules.requireIntent,
    once: when(rules.once, ({ per, withinMs }) => ({ per, within: withinMs })),
    approval: rules.approval,
    limits: writtenLimits(rules.limits),
    within: rules.within,
    allowed_fields: rules.allowedFields,
    rate: rules.rate,
    fallback: rules.fallback,
    accept_conflict: rules.acceptConflict,
    mode: rules.mode,
    row_level_security: rules.rowLevelSecurity,
    tainted: rules.tainted,
  })
}

function writtenLimits(limits: ToolRules['limits']): WrittenLimits {
  const { calls } = limits
  const [name = '', amount] = Object.entries(limits).find(([each]) => each.startsWith('amount_')) ?? []
  return present({
    calls: when(calls, ({ per, withinMs, max }) => ({ per, within: withinMs, max })),
    'amount_*': when(amount, ({ per, withinMs, max }) => ({
      per,
      within: withinMs,
      max: { minor: max, currency: name.slice('amount_'.length) },
    })),
  })
}
