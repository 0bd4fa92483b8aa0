import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Report } from '../../measures/report.ts'
import type { RunDocument } from '../project-for-tests.ts'
import { type MeasuredProject, measuredProject } from './measured-project-for-tests.ts'

let project: MeasuredProject
/** One that is done, one that a person agreed to, one that judgement refused. */
const runs: string[] = []

before(async () => {
  project = await measuredProject()
  for (const order of ['o_1', 'o_2', 'o_3']) {
    const { run, approvals = [] } = await project.json<RunDocument>(
      ...['run', 'start', '--input', JSON.stringify({ order }), '--key', order],
    )
    runs.push(run)
    for (const { id } of approvals) {
      await project.charter('approval', 'grant', id, '--as', 'sam@example.com', '--yes')
      await project.charter('run', 'resume', run)
    }
  }
})

const report = (...more: string[]) => project.json<Report>('report', ...more)
const figure = ({ total }: Report, name: string) => {
  const found = total.figures.find((each) => each.name === name)
  return [found?.numerator, found?.denominator]
}

test('a run is verified by the read tool that its page names, and the look is no run of the report', async () => {
  const unseen = await report()
  assert.equal(unseen.runs, 3)
  assert.deepEqual(figure(unseen, 'outcome_unverified'), [3, 3])
  const [good = '', agreed = '', refused = ''] = runs
  for (const run of [good, agreed]) {
    const seen = await project.json<{ outcome: string; tool: string; seen_in: string }>('outcome', 'verify', run)
    assert.deepEqual([seen.outcome, seen.tool], ['verified', 'order_is_refunded'])
    assert.match((await project.charter('run', 'show', seen.seen_in)).out, /order_is_refunded/)
  }
  const nothing = await project.charter('outcome', 'verify', refused)
  assert.equal(nothing.exit, 3, nothing.err)
  const looked = await project.json<{ outcome: string }>('outcome', 'verify', refused, '--input', '{"order":"o_3"}')
  assert.equal(looked.outcome, 'failed')
  const seen = await report()
  assert.equal(seen.runs, 3)
  assert.deepEqual(figure(seen, 'task_success'), [2, 3])
  assert.deepEqual(figure(seen, 'process_integrity'), [3, 3])
})

test('a person says what no tool can look up, once and to the point', async () => {
  const [run = ''] = runs
  const as = ['--as', 'ada@example.com'] as const
  const neither = await project.charter('outcome', 'record', run, ...as)
  assert.match(neither.err, /say `--verified` or `--failed`/)
  const misspelt = await project.charter(
    'outcome',
    'record',
    run,
    '--verified',
    '--unsafe',
    'refund_over_payd_amount',
    ...as,
  )
  assert.match(misspelt.err, /did you mean `refund_over_paid_amount`\?/)
  const stranger = await project.charter('outcome', 'record', run, '--verified', '--as', 'eve@example.com')
  assert.equal(stranger.exit, 4)
  const said = await project.json<{ outcome: string; by: string }>('outcome', 'record', run, '--failed', ...as)
  assert.deepEqual([said.outcome, said.by], ['failed', 'ada@example.com'])
  await project.charter('outcome', 'record', run, '--verified', ...as)
  assert.match((await project.charter('outcome', 'show', run)).out, /outcome +verified/)
})

test('no agent says of its own work that it is good, whoever put it into the group file', async () => {
  const [run = ''] = runs
  project.write('own.groups.yaml', 'principals: [agent:support, service:crm]\n')
  const record = (by: string) =>
    project.charter('outcome', 'record', run, '--verified', '--as', by, '--groups', 'own.groups.yaml')
  const own = await record('agent:support')
  assert.equal(own.exit, 4)
  assert.match(own.err, /`agent:support` is neither a person nor a service/)
  assert.equal((await record('service:crm')).exit, 0)
})

test('every figure can be traced to its runs', async () => {
  const behind = await project.json<{ run: string; numerator: number; why?: string }[]>(
    ...['report', '--runs', 'unsafe_attempts'],
  )
  const refused = behind.filter(({ numerator }) => numerator > 0)
  assert.deepEqual(
    refused.map(({ run, why }) => [run, why]),
    [[runs[2], 'denied_by_policy']],
  )
  const misspelt = await project.charter('report', '--runs', 'unsafe_attempt')
  assert.match(misspelt.err, /did you mean `unsafe_attempts`\?/)
})

test('the cost lines of a report add up, and people are paid for what they signed', async () => {
  const { total } = await report()
  const lines = total.cost?.lines ?? []
  const sum = lines.reduce((whole, { micro_usd: amount }) => whole + amount, 0)
  assert.equal(sum, total.cost?.total_micro_usd)
  const of = (line: string) => lines.find((each) => each.line === line)?.micro_usd
  // One signature of two minutes at a dollar a minute; three reads at a tenth of a cent.
  assert.deepEqual([of('people'), of('tools')], [2_000_000, 3_000])
})

test('what the page promises stands beside what was measured', async () => {
  const { total } = await report('--agent', 'support')
  assert.deepEqual(
    total.slo?.map(({ promise, holds }) => [promise, holds]),
    [
      ['success', false],
      ['policy_violations', true],
      ['p95_ms', true],
      ['cost_per_outcome_usd', false],
    ],
  )
})

test('a report for people says what each figure is, what it is counted over, and what was not measured', async () => {
  const { out, exit, err } = await project.charter('report', '--by', 'tool')
  assert.equal(exit, 0, err)
  assert.match(out, /^3 runs in dev that started within 7d/)
  assert.match(out, /task_success +66\.7% +2 of 3 +Runs whose outcome was verified/)
  assert.match(out, /citation_validity +not measured +0 of 0/)
  assert.match(out, /refused by judgement: denied_by_policy 1/)
  assert.match(out, /^get_order@\S+$/m)
  assert.match(out, /^refund_order@\S+$/m)
  const empty = await project.charter('report', '--env', 'production')
  assert.match(empty.out, /task_success +not measured/)
})

test('a metric of the owner’s own is the mean of the values that were brought', async () => {
  const values = runs.slice(0, 2).map((run, index) => JSON.stringify({ run, metric: 'csat', value: 4 + index }))
  project.write('csat.jsonl', `${values.join('\n')}\n`)
  assert.deepEqual(figure(await report('--values', 'csat.jsonl'), 'csat'), [9, 2])
  assert.deepEqual(figure(await report(), 'csat'), [0, 0])
  project.write('other.jsonl', '{"run":"run_1","metric":"nps","value":9}\n')
  assert.match((await project.charter('report', '--values', 'other.jsonl')).err, /no metric `nps` is defined/)
  project.write('broken.jsonl', '{"run":"run_1"}\n')
  assert.match((await project.charter('report', '--values', 'broken.jsonl')).err, /line 1 of `broken\.jsonl`/)
})

test('outcome show says who looked, when and what they noted; a run that is not there has no outcome', async () => {
  const [run = ''] = runs
  await project.charter('outcome', 'record', run, '--verified', '--note', 'settled', '--as', 'sam@example.com')
  const { out } = await project.charter('outcome', 'show', run)
  assert.match(out, /by +sam@example\.com\nat +\d{4}-.*Z\nnote +settled\n/)
  assert.equal((await project.charter('outcome', 'show', `${run.slice(0, -1)}!`)).exit, 10)
})
