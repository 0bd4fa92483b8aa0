/** Figures of many runs, whole and split: what `charter report` shows and a review keeps. */
import type { Page } from '../charter/page.ts'
import type { Costs } from './costs.ts'
import { type CostReport, costReport, type Figure, figureOf } from './figure.ts'
import { countOf, type Measure } from './measure.ts'
import { costLines, isEndedRun, type RunFacts, type Tokens } from './run-facts.ts'
import { type SloLine, sloLines } from './slo.ts'
import { Tally } from './tally.ts'

export const dimensions = ['agent', 'workflow', 'release', 'tool', 'model'] as const
/** `tool` is a version of one: `request_refund@1`. */
export type Dimension = (typeof dimensions)[number]

export interface Report {
  readonly runs: number
  readonly open: number
  readonly total: Group
  readonly groups: readonly Group[]
}

export interface Group {
  readonly key: string
  readonly runs: number
  readonly figures: readonly Figure[]
  /** Of a split by tool, what is of no one tool is left out. */
  readonly cost?: CostReport
  readonly tokens?: Tokens
  readonly reasons: Readonly<Record<string, number>>
  readonly slo?: readonly SloLine[]
}

/** What is added up while runs go by. */
export class Reporter {
  readonly total: Tally
  readonly #groups = new Map<string, Tally>()
  readonly #measures: readonly Measure[]
  readonly #by: Dimension | undefined
  readonly #agents = new Set<string>()

  constructor(measures: readonly Measure[], by?: Dimension) {
    this.#measures = measures
    this.#by = by
    this.total = new Tally(measures)
  }

  add(facts: RunFacts): void {
    this.total.add(facts)
    this.#agents.add(facts.agent)
    if (this.#by === 'tool') for (const [name, tool] of Object.entries(facts.tools)) this.#group(name).addTool(tool)
    else if (this.#by !== undefined) this.#group(facts[this.#by]).add(facts)
  }

  /** Whose runs were seen. */
  get agents(): ReadonlySet<string> {
    return this.#agents
  }

  /** `sloOf` says what the page in force promises: of a group that is one agent's. */
  report(costs: Costs, sloOf: (agent: string) => Page['slo']): Report {
    const [only] = this.#agents.size === 1 ? this.#agents : []
    const isOfTool = this.#by === 'tool'
    const groups = [...this.#groups].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return {
      runs: this.total.runs,
      open: this.total.open,
      total: this.#groupOf('all', this.total, costs, only === undefined ? undefined : sloOf(only)),
      groups: groups.map(([key, tally]) => {
        const agent = this.#by === 'agent' ? key : only
        return this.#groupOf(key, tally, costs, isOfTool || agent === undefined ? undefined : sloOf(agent), isOfTool)
      }),
    }
  }

  #group(key: string): Tally {
    const tally = this.#groups.get(key) ?? new Tally(this.#measures)
    this.#groups.set(key, tally)
    return tally
  }

  #groupOf(key: string, tally: Tally, costs: Costs, slo: Page['slo'], isOfTool = false): Group {
    const shown = isOfTool ? this.#measures.filter((measure) => measure.of === 'tool') : this.#measures
    const figures = shown.map((measure) => figureOf(tally, measure))
    return {
      key,
      runs: tally.runs,
      figures,
      ...(!isOfTool && { cost: costReport(tally, costs), tokens: { ...tally.tokens } }),
      reasons: Object.fromEntries([...tally.reasons].toSorted(([, a], [, b]) => b - a)),
      ...(slo && { slo: sloLines(slo, figures) }),
    }
  }
}

/** One run behind a figure: what it adds to numerator and denominator, or its time. */
export interface RunBehind {
  readonly run: string
  readonly numerator: number
  readonly denominator: number
  /** What made it so, where one word says it. */
  readonly why?: string
}

/** Nothing where the run is not counted by the measure. */
export function runBehind(measure: Measure, facts: RunFacts): RunBehind | undefined {
  const { run } = facts
  if (measure.of === 'time') {
    const sample = measure.sample(facts)
    return sample === undefined ? undefined : { run, numerator: sample, denominator: 1 }
  }
  const counted = countOf(measure, facts)
  if (counted.numerator === 0 && counted.denominator === 0) return undefined
  const why = whyOf(measure.name, facts)
  return { run, ...counted, ...(why !== '' && { why }) }
}

function whyOf(name: string, facts: RunFacts): string {
  if (name === 'process_integrity' || name === 'policy_violations') return facts.faults.join(' ')
  if (name === 'task_success') return facts.outcome
  if (name === 'unsafe_attempts')
    return [...new Set(Object.values(facts.tools).flatMap(({ denied }) => Object.keys(denied)))].join(' ')
  if (name === 'cost_per_outcome' && isEndedRun(facts))
    return costLines.map((line) => `${line}=${facts.cost[line]}`).join(' ')
  return ''
}
