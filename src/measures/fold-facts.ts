/** The facts of one run from its events, in one pass. Pure: what else is looked at is handed in beside the events. */
import type { Page } from '../charter/page.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { foldOutcome } from '../outcomes/outcome.ts'
import { readOutcomeEvent } from '../outcomes/outcome-events.ts'
import { type Awaited, type RunEvent, readRunEvent } from '../runs/events.ts'
import { evolve } from '../runs/evolve.ts'
import { emptyRun, isEnded, type Run } from '../runs/run.ts'
import { type Costs, costOfPeople } from './costs.ts'
import { MoneyCount } from './money-count.ts'
import type { Fault, OutcomeStanding, RunFacts } from './run-facts.ts'
import { ToolCount } from './tool-count.ts'

export interface FactSource {
  readonly run: string
  /** Of the run's own stream, oldest first; never empty. */
  readonly events: readonly LedgerEvent[]
  /** Of the handoffs that it waited for: from claim to close is the time of people. */
  readonly handoffs: readonly (readonly LedgerEvent[])[]
  /** Of `outcome/<run>`. */
  readonly outcome: readonly LedgerEvent[]
  /** The page that it pinned; nothing where it is no longer kept. */
  readonly page: Page | undefined
  readonly costs: Costs
}

export function factsOf(source: FactSource): RunFacts {
  const { run, tools, money, marks } = walk(source)
  const recorded = foldOutcome(source.outcome.map(readOutcomeEvent))
  const { started } = run
  const isOver = isEnded(run)
  return {
    run: source.run,
    agent: started?.agent ?? '',
    workflow: started?.release.parts.workflow ?? '',
    release: started?.release.hash ?? '',
    charter: started?.charter ?? '',
    model: [...marks.models].sort().join(' + '),
    startedAt: source.events[0]?.at ?? 0,
    endedAt: isOver ? marks.endedAt : undefined,
    status: run.status,
    activeMs: run.spent.active_ms,
    hasOutcome: source.page?.outcome !== undefined || recorded.status !== 'none',
    outcome: standingOf(recorded.status),
    faults: faultsOf(run, tools, source, recorded.unsafe),
    escalated: marks.escalated,
    people: marks.people,
    turns: money.turns,
    tokens: money.tokens,
    cost: money.cost(costOfPeople(money.peopleMs, source.costs)),
    tools: tools.facts(isOver, run.status === 'done'),
  }
}

/** What is noticed on the way besides what the counts keep. */
interface Marks {
  readonly models: Set<string>
  readonly people: { approvals: number; handoffs: number; requests: number }
  endedAt: number | undefined
  escalated: boolean
}

function walk({ run: id, events, handoffs, page, costs }: FactSource) {
  const run = emptyRun(id)
  const [tools, money] = [new ToolCount(page), new MoneyCount(costs)]
  const people = { approvals: 0, handoffs: 0, requests: 0 }
  const marks: Marks = { models: new Set(), people, endedAt: undefined, escalated: false }
  for (const stored of events) {
    const event = readRunEvent(stored)
    evolve(run, event)
    tools.see(event)
    money.see(event, tools)
    mark(marks, event)
  }
  for (const handoff of handoffs) money.addPeople(msOfHandoff(handoff))
  return { run, tools, money, marks }
}

function mark(marks: Marks, event: RunEvent): void {
  if (event.type === 'turn.started') marks.models.add(event.body.model)
  if (event.type === 'run.escalated') marks.escalated = true
  if (event.type === 'run.ended') marks.endedAt = event.at
  if (event.type === 'run.waiting') countPeople(marks.people, event.body.awaits)
}

const standingOf = (status: 'none' | 'verified' | 'failed'): OutcomeStanding =>
  status === 'none' ? 'unverified' : status

function countPeople(people: Marks['people'], awaits: Awaited): void {
  if (awaits === 'approval') people.approvals += 1
  if (awaits === 'handoff') people.handoffs += 1
  if (awaits === 'requester') people.requests += 1
}

function msOfHandoff(events: readonly LedgerEvent[]): number {
  const claimed = events.find(({ type }) => type === 'handoff.claimed')
  const closed = events.find(({ type }) => type === 'handoff.resolved' || type === 'handoff.returned')
  return claimed && closed ? Math.max(0, closed.at - claimed.at) : 0
}

function faultsOf(run: Run, tools: ToolCount, { page }: FactSource, unsafe: readonly string[]): readonly Fault[] {
  const found: [Fault, boolean][] = [
    ['denial_bypassed', tools.bypassed],
    ['unknown_effect', isEnded(run) && tools.hasUnknown],
    ['evidence_missing', tools.uncited],
    ['over_budget', isOverBudget(run, page)],
    ['unsafe_outcome', unsafe.length > 0],
  ]
  return found.flatMap(([fault, isSo]) => (isSo ? [fault] : []))
}

/** Active time is left out: a run is ended for it after it was used up, never before. */
function isOverBudget({ spent, extended }: Run, page: Page | undefined): boolean {
  const { turns, toolCalls, promptTokens, completionTokens, costMicroUsd } = page?.budget ?? {}
  const over = (used: number, most: number | undefined, more = 0) => most !== undefined && used > most + more
  return (
    over(spent.turns, turns, extended.turns) ||
    over(spent.tool_calls, toolCalls, extended.tool_calls) ||
    over(spent.prompt_tokens, promptTokens) ||
    over(spent.completion_tokens, completionTokens) ||
    over(spent.cost_micro_usd, costMicroUsd, extended.cost_micro_usd)
  )
}
