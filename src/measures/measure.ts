/**
 * A measure: what is counted of each run, over what, and in which unit. Numerators and denominators are added up over
 * runs and divided last, so that the parts of a split always make the whole. Where there is nothing to divide by,
 * nothing was measured: that is another thing than zero.
 */
import type { RunFacts, ToolFacts } from './run-facts.ts'

export interface Counted {
  readonly numerator: number
  readonly denominator: number
}

export type Unit = 'share' | 'micro_usd' | 'tokens' | 'ms' | (string & {})

interface About {
  /** As it is asked for: `task_success`. */
  readonly name: string
  /** One sentence. */
  readonly about: string
  readonly unit: Unit
  readonly better: 'higher' | 'lower'
}

/** Of the run as a whole; it has no part that is one tool's. */
export interface RunMeasure extends About {
  readonly of: 'run'
  count(facts: RunFacts): Counted
}

/** Of the actions of a run, and so of each of its tools. */
export interface ToolMeasure extends About {
  readonly of: 'tool'
  count(facts: ToolFacts): Counted
}

/** One number of each run, of which the 50th, 95th and 99th of a hundred are shown. */
export interface TimeMeasure extends About {
  readonly of: 'time'
  sample(facts: RunFacts): number | undefined
}

export type RatioMeasure = RunMeasure | ToolMeasure
export type Measure = RatioMeasure | TimeMeasure

export const nothing: Counted = { numerator: 0, denominator: 0 }

/** One of one, none of one, or nothing to speak of. */
export const oneOf = (isCounted: boolean, isSo: boolean): Counted =>
  isCounted ? { numerator: isSo ? 1 : 0, denominator: 1 } : nothing

export const countOf = (measure: RatioMeasure, facts: RunFacts): Counted =>
  measure.of === 'run' ? measure.count(facts) : sum(Object.values(facts.tools).map((tool) => measure.count(tool)))

export const sum = (parts: readonly Counted[]): Counted =>
  parts.reduce(
    (whole, part) => ({
      numerator: whole.numerator + part.numerator,
      denominator: whole.denominator + part.denominator,
    }),
    nothing,
  )

/** Nothing where nothing was measured. */
export const ratioOf = ({ numerator, denominator }: Counted): number | undefined =>
  denominator === 0 ? undefined : numerator / denominator
