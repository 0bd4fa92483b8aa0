/** What an action would move, and which windows say whether it may: worked out from both pages before any lock is taken. */

import { limitKey, onceKey, rateKey } from '../budgets/limit-key.ts'
import type { CompiledCharter } from '../charter/compile.ts'
import type { ToolLimit } from '../charter/page.ts'
import { bounds, debits, type GrantBound } from '../identity/grant-debits.ts'
import type { JsonObject } from '../json.ts'
import type { GrantRow } from '../ledger/reads.ts'
import type { Tool } from '../tools/tool.ts'
import type { Movement } from './events.ts'
import type { Gathered } from './gathered.ts'
import type { Window } from './windows.ts'

export interface Plan {
  /** Every window that either page reads, once. */
  readonly windows: readonly Window[]
  /** What the effect reserves when it is dispatched. */
  readonly moves: readonly Movement[]
  /** Those of the windows in which nothing else may have moved. */
  readonly once: readonly Window[]
  /** Bounds of the grant and of every grant above it, and what the action takes from each. */
  readonly granted: readonly GrantBound[]
  readonly debited: readonly Movement[]
}

/** The windows behind one named limit of a page: one for each subject that it counts by. */
export interface NamedLimit {
  readonly name: string
  readonly limit: ToolLimit
  readonly windows: readonly Window[]
}

/** The call that is planned for. */
export interface Planned {
  readonly environment: string
  readonly tool: Tool
  readonly gathered: Gathered
  /** The effect that it is, or would be: its own reservation never stands in its way. */
  readonly effect: string
}

export function planOf(charters: readonly CompiledCharter[], grants: readonly GrantRow[], planned: Planned): Plan {
  const { tool, gathered, effect } = planned
  const limits = charters.flatMap((charter) => limitsOf(charter, planned))
  const once = charters.flatMap((charter) => onceOf(charter, planned))
  const granted = bounds(grants, tool.name)
  const measures = measuresOf(gathered.input)
  // What the grant bounds and the action does not say is refused by the judge, who needs no sums for that.
  const isSaid = granted.every(({ measure }) => measure === null || measure in measures)
  const debited = isSaid ? debits(grants, tool.name, measures) : []
  const ofGrants = granted.map(({ key, withinMs }) => ({ key, withinMs, except: effect }))
  return {
    windows: distinct([...limits.flatMap((limit) => limit.windows), ...once, ...ofGrants]),
    moves: [...movesOf(limits, once, gathered), ...debited],
    once: distinct(once),
    granted,
    debited,
  }
}

export function limitsOf({ tools }: CompiledCharter, planned: Planned): readonly NamedLimit[] {
  return Object.entries(tools.get(planned.tool.name)?.limits ?? {}).map(([name, limit]) => ({
    name,
    limit,
    windows: keysOf(limit, planned).map((key) => ({ key, withinMs: limit.withinMs, except: planned.effect })),
  }))
}

function keysOf({ measure, per }: ToolLimit, { environment, tool, gathered }: Planned): readonly string[] {
  if (per === 'tool') return [rateKey(environment, tool.name)]
  return idsOf(gathered, per).map((id) => limitKey(environment, tool.name, measure, id))
}

/** Every key that the effect debits, once each, whichever page asks for it. */
function movesOf(limits: readonly NamedLimit[], once: readonly Window[], gathered: Gathered): readonly Movement[] {
  const amounts = limits.flatMap(({ limit, windows }) =>
    windows.map(({ key }) => [key, amountOf(gathered.input, limit.measure)] as const),
  )
  const uses = once.map(({ key }) => [key, 1] as const)
  return [...new Map([...amounts, ...uses])].map(([key, amount]) => ({ key, amount }))
}

/** The subjects that may be touched only once within a window, by the vendor's word or the page's. */
export function onceOf({ tools }: CompiledCharter, planned: Planned): readonly Window[] {
  const { environment, tool, gathered, effect } = planned
  const once = tools.get(tool.name)?.once
  if (!once) return []
  const { per, withinMs } = once
  return idsOf(gathered, per).map((id) => ({ key: onceKey(environment, tool.name, id), withinMs, except: effect }))
}

const idsOf = (gathered: Gathered, kind: string): readonly string[] =>
  gathered.refs.filter((ref) => ref.kind === kind).map((ref) => ref.id)

/** Everything about the arguments that a grant may bound. */
export const measuresOf = (input: JsonObject): Readonly<Record<string, number>> =>
  Object.fromEntries(['calls', ...Object.keys(input)].map((measure) => [measure, amountOf(input, measure)]))

/** Minor units for money, one for a count of calls. */
function amountOf(input: JsonObject, measure: string): number {
  if (measure === 'calls') return 1
  const value = input[measure]
  if (typeof value === 'number') return value
  const minor = value !== null && typeof value === 'object' && 'minor' in value ? value.minor : undefined
  return typeof minor === 'number' ? minor : 0
}

const distinct = (windows: readonly Window[]): readonly Window[] => [
  ...new Map(windows.map((window) => [`${window.withinMs} ${window.key}`, window])).values(),
]
