/** What stands in the record of a week: its figures, what moved since last week and the baseline, what promise broke. */
import { driftsBetween } from '../measures/drift.ts'
import { costReport, type Figure, figureOf } from '../measures/figure.ts'
import { readFacts } from '../measures/read-facts.ts'
import { sloLines } from '../measures/slo.ts'
import { Tally } from '../measures/tally.ts'
import { type Span, spanOfWeek, weekAfter } from '../measures/week.ts'
import type { ReviewContent, ReviewedDrift, ReviewedFigure } from '../reviews/review-events.ts'
import type { Call } from './call.ts'
import { type Measuring, measuringOf, pagesInForce } from './measuring.ts'
import type { OpenHouse } from './open-house.ts'

export interface ReviewWanted {
  readonly agent: string
  readonly week: string
  readonly baseline: string | undefined
  readonly values: string | undefined
  readonly config: string | undefined
}

const weeksOfBaseline = 4

export async function reviewContent(call: Call, house: OpenHouse, wanted: ReviewWanted): Promise<ReviewContent> {
  const { agent, week } = wanted
  const measuring = await measuringOf(call, wanted)
  const span = spanOfWeek(week)
  const lastWeek = spanOfWeek(weekAfter(week, -1))
  const baseline = wanted.baseline === undefined ? weeksBefore(lastWeek.from) : spanOfWeek(wanted.baseline)
  const tallyOf = (of: Span) => tally(house, agent, of, measuring)
  const [now, before, longAgo] = [await tallyOf(span), await tallyOf(lastWeek), await tallyOf(baseline)]
  const { measures, costs } = measuring
  const figures = measures.map((measure) => figureOf(now, measure))
  const page = (await pagesInForce(house, [agent])).get(agent)
  const promises = page?.slo ? sloLines(page.slo, figures) : []
  const drifts = (than: Tally, against: ReviewedDrift['against']) =>
    driftsBetween(than, now, measures).map(({ z, ...drift }) => ({ ...drift, against, ...(z !== undefined && { z }) }))
  return {
    agent,
    environment: house.environment,
    week,
    span: { ...span },
    baseline: { ...baseline },
    runs: now.runs,
    open: now.open,
    cost: Object.fromEntries(costReport(now, costs).lines.map(({ line, micro_usd: amount }) => [line, amount])),
    figures: Object.fromEntries(figures.map((figure) => [figure.name, reviewed(figure)])),
    drifts: [...drifts(before, 'last_week'), ...drifts(longAgo, 'baseline')],
    broken: promises.flatMap(({ promise, holds }) => (holds === false ? [promise] : [])),
  }
}

const weeksBefore = (until: number): Span => ({ from: until - weeksOfBaseline * 7 * 86_400_000, until })

async function tally(house: OpenHouse, agent: string, span: Span, { measures, costs }: Measuring): Promise<Tally> {
  const counted = new Tally(measures)
  for await (const facts of readFacts(house, { agent, ...span, costs })) counted.add(facts)
  return counted
}

const reviewed = ({ unit, numerator, denominator, percentiles }: Figure): ReviewedFigure => ({
  unit,
  numerator,
  denominator,
  ...percentiles,
})
