import { formatDuration } from '../../duration.ts'
import type { Figure } from '../../measures/figure.ts'
import type { Measure } from '../../measures/measure.ts'
import { readFacts } from '../../measures/read-facts.ts'
import { dimensions, type Group, type Report, Reporter, type RunBehind, runBehind } from '../../measures/report.ts'
import { counted } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { requireAgent } from '../known-names.ts'
import { configOption } from '../load-config.ts'
import { measureNamed, measuringOf, pagesInForce, valuesOption } from '../measuring.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { overdueReviews, sayOverdue } from '../overdue-reviews.ts'
import { choice, span, text } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { sayAmount, sayGroup } from '../say-figures.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'

const usualSpanMs = 7 * 86_400_000

export const report = verb({
  name: 'report',
  about: 'What agents achieved, how cleanly, how fast and for how much: every figure with what it is counted over.',
  help: [
    'Of the runs that started within --since. Success and integrity are two measures: a run whose outcome nobody verified is no success.',
    'A figure with nothing to divide by is not measured, which is another thing than zero.',
    '--runs MEASURE lists the runs behind a figure, and `charter run show` explains each. What each measure means and cannot say: docs/explanation/measures.md.',
  ].join('\n'),
  options: {
    agent: text('--agent <name>', 'of one agent'),
    since: span('--since <time>', 'how far back runs are counted (default: 7d)'),
    by: choice('--by <dimension>', 'split by it; `tool` and `release` are exact versions', dimensions),
    runs: text('--runs <measure>', 'the runs behind one figure, and what each adds to it'),
    values: valuesOption,
    config: configOption,
    ...placeOptions,
  },
  examples: [
    'report',
    'report --agent billing-resolution --since 30d --by release --json',
    'report --runs process_integrity',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      if (given.agent !== undefined) await requireAgent(house, given.agent)
      const { measures, costs } = await measuringOf(call, given)
      const now = house.clock.now()
      const since = given.since ?? usualSpanMs
      const from = now - since
      const facts = readFacts(house, { agent: given.agent, from, costs })
      if (given.runs !== undefined) {
        const measure = measureNamed(measures, given.runs, '--runs')
        const behind = (await Array.fromAsync(facts)).flatMap((run) => runBehind(measure, run) ?? [])
        call.answer(asJson(behind), () => sayBehind(measure, behind))
        return 0
      }
      const reporter = new Reporter(measures, given.by)
      for await (const run of facts) reporter.add(run)
      const pages = await pagesInForce(house, reporter.agents)
      const said = reporter.report(costs, (agent) => pages.get(agent)?.slo)
      const overdue = await overdueReviews(house, given.agent)
      const about = {
        environment: house.environment,
        agent: given.agent ?? null,
        from,
        until: now,
        by: given.by ?? null,
      }
      call.answer(asJson({ ...about, ...said, overdue }), () => [
        sayHead(house, { agent: given.agent, since }, said),
        ...sayGroup(call.paint, said.total, measures),
        ...said.groups.flatMap((group) => ['', ...sayPart(call, group, measures)]),
        ...sayOverdue(call.paint, overdue),
      ])
      return 0
    }),
})

function sayHead(
  { environment }: OpenHouse,
  { agent, since }: { readonly agent: string | undefined; readonly since: number },
  { runs, open }: Report,
): string {
  const whose = agent === undefined ? '' : ` of ${agent}`
  const still = open === 0 ? '' : `, ${open} of them not ended`
  return `${counted(runs, 'run')}${whose} in ${environment} that started within ${formatDuration(since)}${still}`
}

const sayPart = ({ paint }: Call, group: Group, measures: readonly Measure[]): readonly string[] => [
  paint.strong(group.key),
  ...sayGroup(paint, group, measures),
]

function sayBehind(measure: Measure, behind: readonly RunBehind[]): string[] {
  if (behind.length === 0) return [`no run is counted by ${measure.name}`]
  const unit: Figure['unit'] = measure.unit === 'share' ? 'count' : measure.unit
  return table(
    ['RUN', measure.of === 'time' ? 'TIME' : 'COUNTS', 'OF', 'WHY'],
    behind.map(({ run, numerator, denominator, why = '' }) => [
      run,
      sayAmount(numerator, unit),
      measure.of === 'time' ? '' : String(denominator),
      why,
    ]),
  )
}
