/** `charter report` over everything: the facts of every run, and every measure, by release. */
import { noCosts } from '../../src/measures/costs.ts'
import { measures } from '../../src/measures/measures.ts'
import { readFacts } from '../../src/measures/read-facts.ts'
import { type Report, Reporter } from '../../src/measures/report.ts'
import type { Clerk } from './open-clerk.ts'

export interface Reported {
  readonly runs: number
  readonly ms: number
  /** Numerator and denominator by the name of the measure. */
  readonly figures: Readonly<Record<string, readonly [number | null, number]>>
}

export async function timeReport({ house }: Clerk): Promise<Reported> {
  const began = performance.now()
  const reporter = new Reporter(measures, 'release')
  for await (const facts of readFacts(house, { costs: noCosts })) reporter.add(facts)
  const report: Report = reporter.report(noCosts, () => undefined)
  const figures = report.total.figures.map(
    ({ name, numerator, denominator }) => [name, [numerator, denominator]] as const,
  )
  return { runs: report.runs, ms: performance.now() - began, figures: Object.fromEntries(figures) }
}
