/** What would have been otherwise: the decisions that flip, whom it would have asked, what it would have moved and cost. */
import type { Json } from '../../json.ts'
import type { LedgerEvent } from '../../ledger/event.ts'
import type { ActionJudged, Usage } from '../../runs/events.ts'
import { isMoney } from '../../traces/say.ts'
import type { SupposedRun } from './suppose-run.ts'
import type { Beyond } from './supposition.ts'

/** Where the supposed run goes no further than is known, its sums are of the turns before. */
export interface WhatIf {
  readonly run: string
  /** Of every action that was judged, then or under the supposition, the first decision. */
  readonly decisions: readonly WhatIfDecision[]
  /** The first event that says something else than then, whatever the pages are called. */
  readonly diverges: { readonly seq: number; readonly recorded: string; readonly supposed: string } | undefined
  /** Signatures asked for, all steps of all questions. */
  readonly signatures: Pair<number>
  /** By currency, minor units that writes moved: all of it, and what moved without anybody being asked. */
  readonly moved: Pair<Money>
  readonly unasked: Pair<Money>
  /** Of the model, micro-dollars. */
  readonly costMicroUsd: Pair<number>
  readonly beyond: Beyond | undefined
  readonly assumptions: readonly string[]
}

export interface Pair<Value> {
  readonly recorded: Value
  readonly supposed: Value
}

export type Money = Readonly<Record<string, number>>

export interface WhatIfDecision extends Partial<Pair<Decided>> {
  readonly action: string
  readonly tool: string
  readonly flips: boolean
}

export interface Decided {
  readonly decision: ActionJudged['decision']
  readonly code?: string
  readonly rules: readonly string[]
  readonly asks: readonly { readonly from: string; readonly count: number }[]
}

export function whatIf(run: SupposedRun): WhatIf {
  const { recorded, supposed, past, beyond, assumptions } = run
  const known = (events: readonly LedgerEvent[]) => (beyond ? beforeTurn(events, lastTurnOf(supposed)) : events)
  const both = <Value>(of: (events: readonly LedgerEvent[]) => Value): Pair<Value> => ({
    recorded: of(known(recorded)),
    supposed: of(known(supposed)),
  })
  return {
    run: past.recording.run,
    decisions: decisionsOf(run),
    diverges: divergenceOf(recorded, supposed),
    signatures: both(signaturesIn),
    moved: both((events) => moneyMoved(run, events, () => true)),
    unasked: both((events) => moneyMoved(run, events, ({ body }) => body.approval === undefined)),
    costMicroUsd: both(costOf),
    beyond,
    assumptions,
  }
}

const lastTurnOf = (events: readonly LedgerEvent[]): number =>
  Number(events.findLast(({ type }) => type === 'turn.started')?.body.turn ?? 1)

/** Sums are compared over the turns that both runs have been through. */
function beforeTurn(events: readonly LedgerEvent[], turn: number): readonly LedgerEvent[] {
  const end = events.findIndex(({ type, body }) => type === 'turn.started' && body.turn === turn)
  return end < 0 ? events : events.slice(0, end)
}

function decisionsOf({ recorded, supposed, past }: SupposedRun): readonly WhatIfDecision[] {
  const [then, now] = [firstDecisions(recorded), firstDecisions(supposed)]
  return [...new Set([...then.keys(), ...now.keys()])].map((action) => {
    const [before, after] = [then.get(action), now.get(action)]
    return {
      action,
      tool: past.proposed(action)?.tool ?? toolIn(supposed, action),
      flips: before !== undefined && after !== undefined && !isAlike(before, after),
      ...(before && { recorded: before }),
      ...(after && { supposed: after }),
    }
  })
}

function firstDecisions(events: readonly LedgerEvent[]): ReadonlyMap<string, Decided> {
  const decisions = new Map<string, Decided>()
  for (const { type, body } of events) {
    const action = String(body.action)
    if (type !== 'action.judged' || decisions.has(action)) continue
    const { decision, code, rules, asks } = body as object as ActionJudged
    decisions.set(action, {
      decision,
      ...(code !== undefined && { code }),
      rules,
      asks: asks.map(({ from, count }) => ({ from, count })),
    })
  }
  return decisions
}

const isAlike = (one: Decided, other: Decided): boolean =>
  one.decision === other.decision && JSON.stringify(one.asks) === JSON.stringify(other.asks)

const toolIn = (events: readonly LedgerEvent[], action: string): string =>
  String(events.find(({ type, body }) => type === 'action.proposed' && body.action === action)?.body.tool ?? '')

function divergenceOf(recorded: readonly LedgerEvent[], supposed: readonly LedgerEvent[]): WhatIf['diverges'] {
  const place = supposed.findIndex((event, i) => meaningOf(event) !== meaningOf(recorded[i]))
  const event = supposed[place]
  if (!event) return undefined
  return { seq: event.seq, recorded: meaningOf(recorded[place]), supposed: meaningOf(event) }
}

/** Without hashes, references and times, which another page changes everywhere. */
function meaningOf(event: LedgerEvent | undefined): string {
  if (!event) return 'nothing'
  const { action, tool, decision, outcome, code, awaits, status } = event.body
  return [event.type, action, tool, decision, outcome, code, awaits, status].filter((word) => word != null).join(' ')
}

const signaturesIn = (events: readonly LedgerEvent[]): number =>
  events
    .filter(({ type, body }) => type === 'run.waiting' && body.awaits === 'approval')
    .flatMap(({ seq, body }) => askedBefore(events, seq, String(body.action)))
    .reduce((sum, { count }) => sum + count, 0)

/** The steps of the decision that a question was asked for. */
function askedBefore(events: readonly LedgerEvent[], seq: number, action: string): ActionJudged['asks'] {
  const judged = events.findLast(
    (event) => event.seq < seq && event.type === 'action.judged' && event.body.action === action,
  )
  return (judged?.body as object as ActionJudged | undefined)?.asks ?? []
}

/** Amounts of the writes that were committed, one attempt of each. */
function moneyMoved(
  { past }: SupposedRun,
  events: readonly LedgerEvent[],
  counts: (dispatched: LedgerEvent) => boolean,
): Money {
  const committed = new Set(events.filter(({ type }) => type === 'effect.committed').map(({ body }) => body.effect))
  const sums: Record<string, number> = {}
  for (const event of events) {
    const { effect, action, attempt } = event.body
    if (event.type !== 'effect.dispatched' || attempt !== 1 || !committed.has(effect ?? null) || !counts(event))
      continue
    const proposed = past.proposed(String(action))
    const input: Json = (proposed && past.inputOf(proposed)) ?? {}
    for (const value of Object.values(input))
      if (isMoney(value)) sums[value.currency] = (sums[value.currency] ?? 0) + value.minor
  }
  return sums
}

const costOf = (events: readonly LedgerEvent[]): number =>
  events.reduce((sum, { body }) => sum + ((body.usage as Usage | undefined)?.cost_micro_usd ?? 0), 0)
