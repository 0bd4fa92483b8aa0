/** The pages of a simulated house: the one that it begins with, and what people put in its place. */

import type { LanguageModelV4 } from '@ai-sdk/provider'
import { loadCharter } from '../../src/charter/load.ts'
import type { Agent } from '../../src/define-agent.ts'
import type { Json } from '../../src/json.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { toolSet } from '../../src/tools/tool-set.ts'

/** What a page allows, as the witness counts it: cents. */
export interface Bounds {
  readonly tools: ReadonlySet<string>
  readonly most: number
  readonly approvalOver: number
}

export const limitPerCustomer = 9_000
export const dayBudgetMicroUsd = 15_000
export const modelName = 'simulated/model'
export const prices = { [modelName]: { inputPerMillionUsd: '1', outputPerMillionUsd: '1' } }
export const agentName = 'desk'
const group = 'finance'
export const approver = { by: 'fay@acme.example', groups: [group] }

const everyTool = ['show_order', 'refund', 'credit', 'transfer', 'message', 'quote']
const without = (...names: string[]) => new Set(everyTool.filter((name) => !names.includes(name)))

/** `tight` has a budget for the day that a few runs use up. */
export const pageBounds = {
  base: { tools: without(), most: 8_000, approvalOver: 5_000 },
  tight: { tools: without(), most: 8_000, approvalOver: 5_000 },
  careful: { tools: without(), most: 8_000, approvalOver: 1_000 },
  small: { tools: without(), most: 2_000, approvalOver: 5_000 },
  quiet: { tools: without('message', 'transfer'), most: 8_000, approvalOver: 5_000 },
} satisfies Record<string, Bounds>
export type PageName = keyof typeof pageBounds

const usd = (minor: number): number => minor / 100

function parts(name: PageName): Record<string, Json> {
  const { tools, most, approvalOver } = pageBounds[name]
  const moves = {
    max_amount_usd: usd(most),
    require_approval_over_usd: usd(approvalOver),
    limits: { amount_usd: { per: 'customer', within: '10d', max: usd(limitPerCustomer) } },
  }
  const written: Record<string, Json> = {
    show_order: {},
    refund: moves,
    credit: moves,
    transfer: moves,
    message: {},
    quote: {},
  }
  const allowed = Object.entries(written).map(([tool, keys]) => [tool, { allowed: tools.has(tool), ...Object(keys) }])
  return {
    agent: {
      name: agentName,
      stage: 'auto',
      owner: 'owner@acme.example',
      on_behalf_of: 'optional',
      max_wall_clock_seconds: 15,
      max_steps: 12,
      max_tool_calls: 24,
      max_completion_tokens: 2_000,
      escalation: { on_budget_exceeded: 'handoff_to_human', on_tool_error_retries_exhausted: 'handoff_to_human' },
      per_step: { retries: 4 },
      ...(name === 'tight' && { budgets: { day: { cost_usd: dayBudgetMicroUsd / 1_000_000 } } }),
    },
    models: { default: modelName },
    approvals: { high: [{ from: group, count: 1, expires_in: '2m' }] },
    tools: Object.fromEntries(allowed),
  }
}

/** JSON is YAML, so each top-level key is one line. */
const textOf = (name: PageName): string =>
  ['charter: 1', ...Object.entries(parts(name)).map(([key, value]) => `${key}: ${JSON.stringify(value)}`), ''].join(
    '\n',
  )

const read = (name: PageName) => {
  const text = textOf(name)
  const file = `${name}.charter.yaml`
  return { page: loadCharter({ file, text, readFile: () => undefined }).page, source: { file, text, files: {} } }
}

/** Every page, read once. */
export const pages = {
  base: read('base'),
  tight: read('tight'),
  careful: read('careful'),
  small: read('small'),
  quiet: read('quiet'),
} satisfies Record<PageName, ReturnType<typeof read>>

export const agentOf = (page: PageName, tools: readonly Tool[], model: LanguageModelV4): Agent => ({
  name: agentName,
  tools: toolSet(tools),
  models: { [modelName]: model },
  file: '',
  read: () => pages[page],
})

export const pageNamed = (hash: string): PageName | undefined =>
  (Object.keys(pages) as PageName[]).find((name) => pages[name].page.hash === hash)
