/** Figures for people: the value, what it was counted over, and `not measured` where nothing was. */
import type { CostReport, Figure } from '../measures/figure.ts'
import type { Measure, Unit } from '../measures/measure.ts'
import type { Group } from '../measures/report.ts'
import type { Tokens } from '../measures/run-facts.ts'
import type { SloLine } from '../measures/slo.ts'
import { sayCost } from '../traces/say.ts'
import type { Paint } from './paint.ts'
import { saySpan } from './say-time.ts'
import { table } from './table.ts'

export function sayGroup(paint: Paint, group: Group, measures: readonly Measure[]): string[] {
  const about = new Map(measures.map((measure) => [measure.name, measure.about]))
  return [
    ...table(
      ['MEASURE', 'VALUE', 'COUNTED', 'WHAT IT IS'],
      group.figures.map((figure) => [
        figure.name,
        figure.value === null ? paint.faint('not measured') : sayValue(figure),
        sayCounted(figure),
        about.get(figure.name) ?? '',
      ]),
    ),
    ...sayReasons(group.reasons),
    ...(group.cost ? sayCosts(paint, group.cost) : []),
    ...(group.tokens ? sayTokens(group.tokens) : []),
    ...(group.slo ? saySlo(paint, group.slo) : []),
  ]
}

export const sayValue = ({ value, unit, percentiles }: Figure): string =>
  percentiles
    ? `${saySpan(percentiles.p50)} / ${saySpan(percentiles.p95)} / ${saySpan(percentiles.p99)}`
    : sayAmount(value ?? 0, unit)

export function sayAmount(value: number, unit: Unit): string {
  if (unit === 'share') return `${(value * 100).toFixed(1)}%`
  if (unit === 'micro_usd') return sayCost(value)
  if (unit === 'ms') return saySpan(value)
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}

function sayCounted({ numerator, denominator, unit }: Figure): string {
  if (numerator === null) return `${denominator} runs, p50 / p95 / p99`
  return `${unit === 'micro_usd' ? sayCost(numerator) : numerator} of ${denominator}`
}

function sayReasons(reasons: Group['reasons']): string[] {
  const said = Object.entries(reasons).map(([code, count]) => `${code} ${count}`)
  return said.length === 0 ? [] : ['', `refused by judgement: ${said.join(', ')}`]
}

function sayCosts(paint: Paint, { lines, total_micro_usd: total }: CostReport): string[] {
  const left = lines.some(({ measured }) => !measured)
  const rows = lines.map(({ line, micro_usd: amount, measured }) => [
    line,
    measured ? sayCost(amount) : paint.faint('not measured: no `costs.peoplePerHourUsd` is configured'),
  ])
  return ['', ...table(['COST', ''], [...rows, ['total', `${sayCost(total)}${left ? ' and people' : ''}`]])]
}

function sayTokens({ all, repeated, retried, documents }: Tokens): string[] {
  const wasted = [`repeated context ${repeated}`, `retries ${retried}`, `whole documents ${documents}`]
  return all === 0 ? [] : ['', `tokens: ${all}, of them wasted: ${wasted.join(', ')}`]
}

const saySlo = (paint: Paint, lines: readonly SloLine[]): string[] => [
  '',
  ...table(
    ['PROMISED', '', 'MEASURED', ''],
    lines.map(({ promise, promised, measured, holds, measure }) => {
      const unit = promise === 'p95_ms' ? 'ms' : promise === 'cost_per_outcome_usd' ? 'micro_usd' : 'share'
      const said = measured === null ? paint.faint('not measured') : `${sayAmount(measured, unit)} (${measure})`
      const word = holds === null ? 'nobody knows' : holds ? paint.good('holds') : paint.bad('broken')
      return [promise, sayAmount(promised, unit), said, word]
    }),
  ),
]
