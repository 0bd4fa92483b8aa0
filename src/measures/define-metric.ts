/** Measures of the owner's own: satisfaction, merged pull requests, whatever a run is worth to whom it serves. */
import { CharterError } from '../errors.ts'
import type { Counted, RunMeasure, Unit } from './measure.ts'
import { measures } from './measures.ts'
import type { RunFacts } from './run-facts.ts'

export interface MetricInput {
  /** Lower case with underscores: `csat`. */
  readonly name: string
  readonly about: string
  readonly unit: Unit
  readonly better: 'higher' | 'lower'
  /**
   * What it says of one run: a number, of which the mean over runs is shown; numerator and denominator; or nothing. `value`
   * is what `--values` brought for the run. Unless given, it is that value. Pure: it is asked again for every report.
   */
  readonly of?: (facts: RunFacts, value: number | undefined) => number | Counted | undefined
}

export interface Metric extends Omit<MetricInput, 'of'> {
  readonly metric: true
  count(facts: RunFacts, value: number | undefined): Counted
}

/** Throws `config_invalid` for a name that is taken or no name. */
export function defineMetric({ of, ...about }: MetricInput): Metric {
  const { name } = about
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw invalid(name, 'is no name: use lower case, digits and underscores')
  if (measures.some((measure) => measure.name === name)) throw invalid(name, 'is a measure of Charter already')
  return {
    ...about,
    metric: true,
    count: (facts, value) => countedOf(name, of ? of(facts, value) : value),
  }
}

function countedOf(name: string, said: number | Counted | undefined): Counted {
  if (said === undefined) return { numerator: 0, denominator: 0 }
  const counted = typeof said === 'number' ? { numerator: said, denominator: 1 } : said
  if (Number.isFinite(counted.numerator) && Number.isFinite(counted.denominator)) return counted
  throw invalid(name, 'answered with what is no number')
}

/** Values by metric and run, as `--values` brought them. */
export type GivenValues = ReadonlyMap<string, ReadonlyMap<string, number>>

export const measureOfMetric = ({ count, metric: _, ...about }: Metric, values: GivenValues): RunMeasure => ({
  ...about,
  of: 'run',
  count: (facts) => count(facts, values.get(about.name)?.get(facts.run)),
})

const invalid = (name: string, what: string): CharterError =>
  new CharterError('config_invalid', `metric \`${name}\` ${what}`, { param: 'metrics' })
