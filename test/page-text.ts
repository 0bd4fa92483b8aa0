/** The page of the agent that tests work with, as its defaults and what a test says otherwise. */
import type { Json, JsonObject } from '../src/json.ts'

/** Any part of the page; maps are merged, everything else takes the default's place, and null takes it away. */
export type PageParts = { readonly [key: string]: Json }

const defaultPage: PageParts = {
  agent: {
    name: 'refunds',
    stage: 'auto',
    owner: 'owner@acme.example',
    on_behalf_of: 'optional',
    escalation: { on_budget_exceeded: 'handoff_to_human', on_tool_error_retries_exhausted: 'handoff_to_human' },
  },
  models: { default: 'scripted/refunds' },
  approvals: { high: [{ from: 'finance', count: 1, expires_in: '4h' }] },
  tools: {
    get_invoice: { allowed: true },
    get_ticket: { allowed: true },
    search_policy: { allowed: true },
    request_refund: { allowed: true, require_approval_over_usd: 50 },
    refund_by_lookup: { allowed: true, require_approval_over_usd: 50 },
    send_reply: { allowed: true },
    add_note: { allowed: true },
  },
}

/** YAML of the page: JSON is YAML, so each top-level key is one line. */
export function pageText(overrides: PageParts = {}): string {
  const parts = Object.entries(merge(defaultPage, overrides))
  return ['charter: 1', ...parts.map(([key, value]) => `${key}: ${JSON.stringify(value)}`), ''].join('\n')
}

function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    if (value === null) delete merged[key]
    else merged[key] = isMap(below) && isMap(value) ? merge(below, value) : value
  }
  return merged
}

const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
