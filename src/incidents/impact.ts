/** What an incident's runs did to the world, in effects and money, from their traces. */
import { isJsonObject } from '../json.ts'
import { isMoney } from '../traces/say.ts'
import type { Trace } from '../traces/trace.ts'
import type { TracedAction } from '../traces/traced-action.ts'
import type { TracedEffect } from '../traces/traced-effect.ts'

export interface WriteDone {
  readonly run: string
  readonly effect: string
  readonly tool: string
  readonly status: TracedEffect['status']
  readonly key: string
  readonly at: number
  readonly doubled: boolean
  /** Nothing where the arguments name no money, or are no longer kept. */
  readonly money: { readonly minor: number; readonly currency: string } | undefined
  /** The arguments were deleted, so what it moved cannot be told. */
  readonly isErased: boolean
}

export interface Impact {
  /** Oldest first. */
  readonly writes: readonly WriteDone[]
  readonly sums: readonly ImpactSum[]
  /** How many of each kind of subject were touched by what was sent. */
  readonly subjects: Readonly<Record<string, number>>
  /** Actions that were refused, by code. */
  readonly refused: Readonly<Record<string, number>>
  readonly modelMicroUsd: number
}

export interface ImpactSum {
  readonly tool: string
  readonly status: TracedEffect['status']
  readonly count: number
  /** Minor units by currency. */
  readonly money: Readonly<Record<string, number>>
}

export function impactOf(traces: readonly Trace[]): Impact {
  const writes = traces.flatMap((trace) => trace.actions.flatMap((action) => writesOf(trace, action)))
  writes.sort((a, b) => a.at - b.at)
  return {
    writes,
    sums: sumsOf(writes),
    subjects: subjectsOf(traces),
    refused: countBy(traces.flatMap(({ actions }) => actions.flatMap(refusalsOf))),
    modelMicroUsd: traces.reduce((sum, { spent }) => sum + spent.cost_micro_usd, 0),
  }
}

const writesOf = ({ run }: Trace, action: TracedAction): WriteDone[] =>
  action.effects.map(({ effect, status, key, attempts, doubled }) => ({
    run,
    effect,
    tool: action.proposed.tool,
    status,
    key,
    at: attempts[0]?.at ?? action.at,
    doubled: doubled !== undefined,
    money: moneyIn(action),
    isErased: action.input === undefined,
  }))

/** A tool has one field of money at most. */
const moneyIn = ({ input }: TracedAction): WriteDone['money'] =>
  isJsonObject(input) ? Object.values(input).find(isMoney) : undefined

function sumsOf(writes: readonly WriteDone[]): readonly ImpactSum[] {
  const sums = new Map<string, ImpactSum>()
  for (const { tool, status, money } of writes) {
    const known = sums.get(`${tool} ${status}`) ?? { tool, status, count: 0, money: {} }
    const moved = money === undefined ? {} : { [money.currency]: (known.money[money.currency] ?? 0) + money.minor }
    sums.set(`${tool} ${status}`, { ...known, count: known.count + 1, money: { ...known.money, ...moved } })
  }
  return [...sums.values()].sort((a, b) => `${a.tool} ${a.status}`.localeCompare(`${b.tool} ${b.status}`, 'en'))
}

function subjectsOf(traces: readonly Trace[]): Readonly<Record<string, number>> {
  const sent = traces.flatMap(({ actions }) => actions.filter(({ effects }) => effects.length > 0))
  const refs = sent.flatMap(({ judgements }) => judgements.flatMap(({ subjects }) => subjects))
  const distinct = new Map(refs.map(({ kind, id }) => [id, kind]))
  return countBy([...distinct.values()])
}

const refusalsOf = ({ judgements }: TracedAction): readonly string[] => {
  const last = judgements.at(-1)
  return last && (last.decision === 'deny' || last.decision === 'invalid') ? [last.code ?? last.decision] : []
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
