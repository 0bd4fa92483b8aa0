/**
 * Adds up what is counted of many runs: for each measure the sums that its figure and the test of its drift are made of.
 * It grows by a few numbers a run, for the times alone.
 */
import { type Counted, countOf, type Measure, type RatioMeasure } from './measure.ts'
import { type Cost, isEndedRun, type RunFacts, type Tokens, type ToolFacts } from './run-facts.ts'

/** Sums over the runs that had something to count: x is the numerator of a run, y its denominator. */
export interface Sums {
  readonly runs: number
  readonly x: number
  readonly y: number
  readonly xx: number
  readonly xy: number
  readonly yy: number
}

const noSums: Sums = { runs: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 }

type Mutable<Given> = { -readonly [Name in keyof Given]: Given[Name] }

export class Tally {
  runs = 0
  /** Runs that have not ended. */
  open = 0
  readonly cost: Mutable<Cost> = { model: 0, tools: 0, retries: 0, people: 0, rework: 0, peopleMs: 0 }
  readonly tokens: Mutable<Tokens> = { all: 0, repeated: 0, retried: 0, documents: 0 }
  /** Refusals of judgement, by code. */
  readonly reasons = new Map<string, number>()
  readonly #measures: readonly Measure[]
  readonly #sums = new Map<string, Sums>()
  readonly #samples = new Map<string, number[]>()

  constructor(measures: readonly Measure[]) {
    this.#measures = measures
  }

  add(facts: RunFacts): void {
    this.runs += 1
    if (isEndedRun(facts)) addTo(this.cost, facts.cost)
    else this.open += 1
    addTo(this.tokens, facts.tokens)
    for (const tool of Object.values(facts.tools)) this.#addReasons(tool)
    for (const measure of this.#measures) {
      if (measure.of === 'time') this.#addSample(measure.name, measure.sample(facts))
      else this.#count(measure.name, countOf(measure, facts))
    }
  }

  /** What of a run is one tool's: no more than the measures of tools. */
  addTool(facts: ToolFacts): void {
    this.runs += 1
    this.#addReasons(facts)
    for (const measure of this.#measures) if (measure.of === 'tool') this.#count(measure.name, measure.count(facts))
  }

  sumsOf({ name }: RatioMeasure): Sums {
    return this.#sums.get(name) ?? noSums
  }

  samplesOf({ name }: Measure): readonly number[] {
    return this.#samples.get(name) ?? []
  }

  #addReasons({ denied }: ToolFacts): void {
    for (const [code, count] of Object.entries(denied)) this.reasons.set(code, (this.reasons.get(code) ?? 0) + count)
  }

  #addSample(name: string, sample: number | undefined): void {
    if (sample === undefined) return
    const samples = this.#samples.get(name)
    if (samples) samples.push(sample)
    else this.#samples.set(name, [sample])
  }

  #count(name: string, { numerator: x, denominator: y }: Counted): void {
    if (x === 0 && y === 0) return
    const { runs, ...sums } = this.#sums.get(name) ?? noSums
    this.#sums.set(name, {
      runs: runs + 1,
      x: sums.x + x,
      y: sums.y + y,
      xx: sums.xx + x * x,
      xy: sums.xy + x * y,
      yy: sums.yy + y * y,
    })
  }
}

function addTo<Name extends string>(whole: Record<Name, number>, part: Readonly<Record<Name, number>>): void {
  for (const name of Object.keys(whole) as Name[]) whole[name] += part[name]
}
