import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { weekAfter, weekOf } from '../../measures/week.ts'
import type { ReviewOpened } from '../../reviews/review-events.ts'
import { type MeasuredProject, measuredProject } from './measured-project-for-tests.ts'

let project: MeasuredProject
let week: string
const ofSupport = ['--agent', 'support'] as const

before(async () => {
  project = await measuredProject()
  await project.charter('run', 'start', '--input', '{"order":"o_1"}', '--key', 'o_1')
  week = weekOf(Date.now())
})

type Shown = ReviewOpened & { status: string; signed: { by: string } | null }

/** Says it in the week after the one in which the run was. */
async function nextWeek(...argv: string[]) {
  const said = await project.later(7, ...argv)
  return { ...said, json: <Document>(): Document => JSON.parse(said.out) }
}

test('a week that is not over is not opened, and one that nobody opened is not shown', async () => {
  const early = await project.charter('review', 'open', week, ...ofSupport)
  assert.match(early.err, /is not over before/)
  const none = await project.charter('review', 'show', week, ...ofSupport)
  assert.equal(none.exit, 10)
  assert.match(none.err, new RegExp(`charter review open ${week} --agent support`))
})

test('the week that ended last is opened with its figures, beside weeks of which too little is known', async () => {
  const opened = await nextWeek('review', 'open', ...ofSupport, '--json')
  assert.equal(opened.exit, 0, opened.err)
  const review = opened.json<Shown>()
  assert.deepEqual([review.week, review.status, review.runs], [week, 'open', 1])
  assert.deepEqual(review.figures.outcome_unverified, { unit: 'share', numerator: 1, denominator: 1 })
  assert.deepEqual(new Set(review.drifts.map(({ verdict }) => verdict)), new Set(['too_few_runs']))
  assert.deepEqual(review.broken, ['success'])
  const shown = await nextWeek('review', 'show', ...ofSupport)
  assert.match(shown.out, /outcome_unverified +100\.0% of 1 +not measured/)
  assert.match(shown.out, /drift: not tested, because a span has fewer than 20 runs/)
  assert.match(shown.out, /broken +promises of the page: success/)
})

test('only the owner signs, what was shown, and once', async () => {
  const sign = (as: string) => nextWeek('review', 'sign', week, ...ofSupport, '--as', as, '--yes', '--json')
  const stranger = await sign('ada@example.com')
  assert.equal(stranger.exit, 4)
  assert.match(stranger.err, /`ada@example\.com` is not `support-leads`, who answers for `support`/)
  assert.equal((await sign('nobody@example.com')).exit, 4)
  assert.equal((await nextWeek('review', 'sign', week, ...ofSupport, '--as', 'sam@example.com')).exit, 3)
  const signed = await sign('sam@example.com')
  assert.equal(signed.exit, 0, signed.err)
  assert.equal(signed.json<Shown>().signed?.by, 'sam@example.com')
  assert.equal((await sign('sam@example.com')).exit, 10)
  assert.equal((await nextWeek('review', 'open', week, ...ofSupport)).exit, 10)
  const events = await project.json<{ type: string; actor: string }[]>('ledger', 'show', `review/dev:support:${week}`)
  assert.deepEqual(
    events.map(({ type, actor }) => [type, actor]),
    [
      ['review.opened', 'service:review'],
      ['review.signed', 'sam@example.com'],
    ],
  )
})

test('a week that nobody signed by the end of the next one is overdue: the list exits with 1, the report says so', async () => {
  const fresh = await measuredProject()
  await fresh.charter('run', 'start', '--input', '{"order":"o_1"}', '--key', 'o_1')
  const [{ run } = assert.fail()] = await fresh.json<{ run: string }[]>('run', 'list')
  // A look in the week after is no work of the agent's.
  assert.equal((await fresh.later(7, 'outcome', 'verify', run)).exit, 0)
  const due = await fresh.later(7, 'review', 'list', '--overdue')
  assert.deepEqual([due.exit, due.out], [0, 'no review is overdue\n'])
  const late = await fresh.later(14, 'review', 'list', '--overdue')
  assert.equal(late.exit, 1)
  assert.match(late.out, new RegExp(`${week} +support +overdue`))
  assert.match((await fresh.later(14, 'report')).out, /overdue +the review of support for .* was not opened/)
  await fresh.later(14, 'review', 'open', weekAfter(week, 0), ...ofSupport)
  assert.match((await fresh.later(14, 'report')).out, /overdue .* is not signed/)
  await fresh.later(14, 'review', 'sign', week, ...ofSupport, '--as', 'sam@example.com', '--yes')
  assert.equal((await fresh.later(14, 'review', 'list', '--overdue')).exit, 0)
  const listed = await fresh.later(14, 'review', 'list')
  assert.match(listed.out, /signed +sam@example\.com/)
  assert.equal(listed.out.trimEnd().split('\n').length, 2, listed.out)
})

test('an agent that nobody knows has no report and no review, and the nearest one is named', async () => {
  for (const verb of [
    ['report', '--agent', 'suport'],
    ['review', 'open', weekAfter(week, -1), '--agent', 'suport'],
  ]) {
    const { exit, err } = await project.charter(...verb)
    assert.equal(exit, 10)
    assert.match(err, /no agent `suport` has a page or a run in dev\n +did you mean `support`\?/)
  }
})
