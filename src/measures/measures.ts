/** Every measure that Charter has of its own, once: reports, reviews and their documentation follow this table. */
import { type Measure, nothing, oneOf, type RunMeasure, type TimeMeasure, type ToolMeasure } from './measure.ts'
import { isEndedRun, type RunFacts, type ToolFacts, totalCost } from './run-facts.ts'

type Said<Kind> = Omit<Kind, 'of' | 'name' | 'about'>

const run = (name: string, about: string, said: Said<RunMeasure>): RunMeasure => ({ of: 'run', name, about, ...said })
const tool = (name: string, about: string, said: Said<ToolMeasure>): ToolMeasure => ({
  of: 'tool',
  name,
  about,
  ...said,
})
const time = (name: string, about: string, sample: TimeMeasure['sample']): TimeMeasure => ({
  of: 'time',
  name,
  about,
  unit: 'ms',
  better: 'lower',
  sample,
})

const [share, higher, lower] = ['share', 'higher', 'lower'] as const

/** What the page calls a violation: something happened that it forbids, and not that something was tried. */
const isViolation = ({ faults }: RunFacts): boolean => faults.some((fault) => fault !== 'unknown_effect')

const ofEnded = (isSo: (facts: RunFacts) => boolean) => (facts: RunFacts) => oneOf(isEndedRun(facts), isSo(facts))

const over = (numerator: keyof ToolFacts, denominator: keyof ToolFacts) => (facts: ToolFacts) => ({
  numerator: Number(facts[numerator]),
  denominator: Number(facts[denominator]),
})

const denials = ({ denied }: ToolFacts): number => Object.values(denied).reduce((whole, count) => whole + count, 0)

const hasPeople = ({ people, status }: RunFacts): boolean =>
  people.approvals + people.handoffs + people.requests > 0 || status === 'handed_off'

export const measures: readonly Measure[] = [
  run('task_success', 'Runs whose outcome was verified, of those ended that had one to reach.', {
    unit: share,
    better: higher,
    count: (facts) => oneOf(isEndedRun(facts) && facts.hasOutcome, facts.outcome === 'verified'),
  }),
  run('outcome_unverified', 'Runs at whose outcome nobody has looked, of those ended that had one to reach.', {
    unit: share,
    better: lower,
    count: (facts) => oneOf(isEndedRun(facts) && facts.hasOutcome, facts.outcome === 'unverified'),
  }),
  run(
    'process_integrity',
    'Ended runs without a bypassed denial, unknown effect, missing evidence, overspent budget or unsafe outcome.',
    {
      unit: share,
      better: higher,
      count: ofEnded(({ faults }) => faults.length === 0),
    },
  ),
  run('policy_violations', 'Ended runs in which something happened that the page forbids.', {
    unit: share,
    better: lower,
    count: ofEnded(isViolation),
  }),
  run('containment', 'Runs that ended without any person: no approval, no handoff, no question.', {
    unit: share,
    better: higher,
    count: ofEnded((facts) => !hasPeople(facts)),
  }),
  run('escalation_rate', 'Ended runs that reached a bound or got nowhere.', {
    unit: share,
    better: lower,
    count: ofEnded(({ escalated }) => escalated),
  }),
  tool('tool_call_correctness', 'Proposals with valid arguments for a tool that exists, of all.', {
    unit: share,
    better: higher,
    count: ({ proposals, invalid }) => ({ numerator: proposals - invalid, denominator: proposals }),
  }),
  tool('unsafe_attempts', 'Proposals that judgement refused, of all; the reasons stand beside it.', {
    unit: share,
    better: lower,
    count: (facts) => ({ numerator: denials(facts), denominator: facts.proposals }),
  }),
  tool('approval_rate', 'Proposals about which people were asked, of all.', {
    unit: share,
    better: lower,
    count: over('asked', 'proposals'),
  }),
  tool('edit_rate', 'Questions that people answered with another action, of those they answered.', {
    unit: share,
    better: lower,
    count: over('editedByPeople', 'answered'),
  }),
  tool('denial_rate', 'Questions that people answered with no, of those they answered.', {
    unit: share,
    better: lower,
    count: over('deniedByPeople', 'answered'),
  }),
  tool('citation_validity', 'Proposals whose evidence held, of those of tools that must cite or state their intent.', {
    unit: share,
    better: higher,
    count: ({ citing, miscited }) => ({ numerator: Math.max(0, citing - miscited), denominator: citing }),
  }),
  tool('unknown_effects', 'Writes of which nobody knows whether they happened, of all sent.', {
    unit: share,
    better: lower,
    count: over('unknown', 'effects'),
  }),
  tool('retries', 'Sendings of a write after its first, for each write sent.', {
    unit: 'sendings',
    better: lower,
    count: over('resent', 'effects'),
  }),
  tool('validation_failures', 'Answers of tools that broke their schema or were too large, of all.', {
    unit: share,
    better: lower,
    count: over('rejected', 'answers'),
  }),
  tool('trace_coverage', 'Actions of ended runs of which the ledger tells the whole story, of all.', {
    unit: share,
    better: higher,
    count: over('told', 'ofEnded'),
  }),
  run('model_failures', 'Model calls without a usable answer, of all.', {
    unit: share,
    better: lower,
    count: ({ turns }) => ({ numerator: turns.failed, denominator: turns.answered + turns.failed }),
  }),
  run('tokens_wasted', 'Tokens of repeated context, retries and whole documents, of all.', {
    unit: share,
    better: lower,
    count: ({ tokens }) => ({
      numerator: tokens.repeated + tokens.retried + tokens.documents,
      denominator: tokens.all,
    }),
  }),
  run('cost_per_outcome', 'What all ended runs cost, for each whose outcome was verified.', {
    unit: 'micro_usd',
    better: lower,
    count: (facts) =>
      isEndedRun(facts)
        ? { numerator: totalCost(facts.cost), denominator: facts.outcome === 'verified' ? 1 : 0 }
        : nothing,
  }),
  time('time_to_resolution', 'From start to end, waits for people with it.', ({ startedAt, endedAt }) =>
    endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt),
  ),
  time('active_time', 'From start to end, without waits for people, timers and stops.', (facts) =>
    isEndedRun(facts) ? facts.activeMs : undefined,
  ),
]
