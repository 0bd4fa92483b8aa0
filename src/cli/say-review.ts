/** The record of a week for its owner: what was measured, beside what moved. */
import { driftLimits } from '../measures/drift.ts'
import type { Review } from '../reviews/review.ts'
import type { ReviewedDrift, ReviewedFigure, ReviewOpened } from '../reviews/review-events.ts'
import { counted, sayCost } from '../traces/say.ts'
import type { Paint } from './paint.ts'
import { sayAmount, sayValue } from './say-figures.ts'
import { sayTime } from './say-time.ts'
import { card, table } from './table.ts'

export function sayReview(paint: Paint, review: Exclude<Review, { status: 'none' }>): string[] {
  const { opened } = review
  const total = Object.values(opened.cost).reduce((sum, amount) => sum + amount, 0)
  return [
    ...card([
      ['review', `${paint.strong(opened.agent)} in ${opened.environment}, ${opened.week}`],
      ['from', `${sayTime(opened.span.from)} until ${sayTime(opened.span.until)}`],
      ['runs', `${opened.runs}${opened.open === 0 ? '' : `, ${opened.open} of them not ended`}`],
      [
        'cost',
        `${sayCost(total)} (${Object.entries(opened.cost)
          .map(([line, amount]) => `${line} ${sayCost(amount)}`)
          .join(', ')})`,
      ],
      [
        'broken',
        opened.broken.length === 0 ? undefined : paint.bad(`promises of the page: ${opened.broken.join(', ')}`),
      ],
      ['digest', opened.digest],
      ['signed', review.status === 'signed' ? `by ${review.signed.by}` : 'not yet'],
    ]),
    '',
    ...table(
      ['MEASURE', 'THIS WEEK', 'LAST WEEK', 'BASELINE'],
      Object.entries(opened.figures).map(([name, figure]) => [
        name,
        sayThis(paint, name, figure),
        sayThen(paint, opened, name, figure, 'last_week'),
        sayThen(paint, opened, name, figure, 'baseline'),
      ]),
    ),
    '',
    sayDrift(paint, opened),
    ...(review.status === 'open' ? ['', `charter review sign ${opened.week} --agent ${opened.agent} --as YOU`] : []),
  ]
}

function sayThis(paint: Paint, name: string, figure: ReviewedFigure): string {
  const { unit, numerator, denominator, p50, p95, p99 } = figure
  if (denominator === 0) return paint.faint('not measured')
  const percentiles = p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 }
  const value = (numerator ?? 0) / denominator
  const said = sayValue({
    name,
    unit,
    better: 'lower',
    numerator,
    denominator,
    value,
    ...(percentiles && { percentiles }),
  })
  return `${said} of ${denominator}`
}

function sayThen(
  paint: Paint,
  { drifts }: ReviewOpened,
  name: string,
  { unit }: ReviewedFigure,
  against: ReviewedDrift['against'],
): string {
  const drift = drifts.find((each) => each.measure === name && each.against === against)
  if (!drift || drift.before === null) return paint.faint('not measured')
  const { before, verdict, z } = drift
  const said = sayAmount(before, unit)
  if (verdict === 'too_few_runs') return `${said} ${paint.faint('(too few runs)')}`
  if (verdict === 'steady') return said
  const word = `${verdict}, z ${z}`
  return `${said} (${verdict === 'better' ? paint.good(word) : paint.bad(word)})`
}

function sayDrift(paint: Paint, { drifts }: ReviewOpened): string {
  const worse = [...new Set(drifts.flatMap(({ verdict, measure }) => (verdict === 'worse' ? [measure] : [])))]
  const tested = drifts.filter(({ verdict }) => verdict !== 'too_few_runs').length
  if (tested === 0) return `drift: not tested, because a span has fewer than ${driftLimits.runs} runs`
  if (worse.length === 0) return `drift: nothing got worse by more than noise, of ${counted(tested, 'comparison')}`
  return paint.bad(`drift: ${worse.join(', ')} got worse by more than noise`)
}
