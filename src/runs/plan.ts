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

export function planOf(
  charters: readonly CompiledCharter[],
  grants: readonly GrantRow[],
  tool: Tool,
  gathered: Gathered,
  effect: string,
): Plan {
  const limits = charters.flatMap((charter) => limitsOf(charter, tool, gathered, effect))
  const once = charters.flatMap((charter) => onceOf(charter, tool, gathered, effect))
  const granted = bounds(grants, tool.name)
  const debited = debits(grants, tool.name, measuresOf(gathered.input))
  const ofGrants = granted.map(({ key, withinMs }) => ({ key, withinMs, except: effect }))
  return {
    windows: distinct([...limits.flatMap((limit) => limit.windows), ...once, ...ofGrants]),
    moves: [...movesOf(limits, once, gathered), ...debited],
    granted,
    debited,
  }
}

export function limitsOf(
  { tools }: CompiledCharter,
  tool: Tool,
  gathered: Gathered,
  effect: string,
): readonly NamedLimit[] {
  return Object.entries(tools.get(tool.name)?.limits ?? {}).map(([name, limit]) => ({
    name,
    limit,
    windows: keysOf(limit, tool, gathered).map((key) => ({ key, withinMs: limit.withinMs, except: effect })),
  }))
}

function keysOf({ measure, per }: ToolLimit, tool: Tool, gathered: Gathered): readonly string[] {
  if (per === 'tool') return [rateKey(tool.name)]
  return idsOf(gathered, per).map((id) => limitKey(tool.name, measure, id))
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
export function onceOf({ tools }: CompiledCharter, tool: Tool, gathered: Gathered, effect: string): readonly Window[] {
  const once = tools.get(tool.name)?.once
  if (!once) return []
  return idsOf(gathered, once.per).map((id) => ({
    key: onceKey(tool.name, id),
    withinMs: once.withinMs,
    except: effect,
  }))
}

const idsOf = (gathered: Gathered, kind: string): readonly string[] =>
  gathered.refs.filter((ref) => ref.kind === kind).map((ref) => ref.id)

/** Everything about the arguments that a grant may bound. */
const measuresOf = (input: JsonObject): Readonly<Record<string, number>> =>
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
