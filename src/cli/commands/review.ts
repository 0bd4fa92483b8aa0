import { openReview, readReview, signReview } from '../../commands/work-review.ts'
import { CharterError } from '../../errors.ts'
import { spanOfWeek, weekAfter, weekOf } from '../../measures/week.ts'
import type { Review } from '../../reviews/review.ts'
import type { ReviewOpened } from '../../reviews/review-events.ts'
import type { Call } from '../call.ts'
import { requireYes } from '../call.ts'
import { requireAgent } from '../known-names.ts'
import { configOption } from '../load-config.ts'
import { pagesInForce, valuesOption } from '../measuring.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { reviewedWeeks } from '../overdue-reviews.ts'
import { paintWord } from '../paint.ts'
import { flag, needed, perhaps, text, withDefault } from '../parameter.ts'
import { asOption, groupsIfAny, groupsOfPerson, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { reviewContent } from '../review-content.ts'
import { sayReview } from '../say-review.ts'
import { sayTime } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'

const weekArgument = perhaps('a week such as 2026-W47; the one that ended last unless named')
const agentOption = needed(text('--agent <name>', 'whose week'), 'billing-resolution')

/** A cron job needs no name. */
const opener = 'service:review'

const weekIn = ({ clock }: OpenHouse, given: string | undefined): string => given ?? weekAfter(weekOf(clock.now()), -1)

export const reviewOpen = verb({
  name: 'review open',
  about: 'The record of a week: its figures, beside last week and a baseline, for the owner to sign.',
  help: 'Opened again it is made again, as outcomes come in later, until it is signed. Drift is what moved by more than noise: |z| of 3.29 or more.',
  args: { week: weekArgument },
  options: {
    agent: agentOption,
    baseline: text('--baseline <week>', 'what else it is held against; the four weeks before last week unless named'),
    values: valuesOption,
    as: withDefault(text('--as <principal>', 'who opens it, as the group file names them'), opener),
    config: configOption,
    ...placeOptions,
  },
  examples: ['review open --agent billing-resolution', 'review open 2026-W47 --agent billing-resolution --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const week = weekIn(house, given.week)
      requireOver(house, week)
      await requireAgent(house, given.agent)
      if (given.as !== opener) groupsOfPerson(house, given.as)
      const content = await reviewContent(call, house, { ...given, week })
      const review = await openReview(house, content, given.as)
      answer(call, review)
      return 0
    }),
})

export const reviewShow = verb({
  name: 'review show',
  about: 'The record of a week, and who signed it.',
  args: { week: weekArgument },
  options: { agent: agentOption, ...placeOptions },
  examples: ['review show 2026-W47 --agent billing-resolution'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      answer(call, await requireReview(house, given.agent, weekIn(house, given.week)))
      return 0
    }),
})

export const reviewSign = verb({
  name: 'review sign',
  about: 'Sign the record of a week, as the owner whom the page in force names.',
  help: 'The owner is a person, or a group of the group file any of whom may sign. What is signed is the digest of the record as it is shown.',
  args: { week: weekArgument },
  options: {
    agent: agentOption,
    note: text('--note <text>', 'what is to be done about it'),
    as: asOption,
    yes: yesOption,
    ...placeOptions,
  },
  examples: ['review sign 2026-W47 --agent billing-resolution --as ada@acme.example --yes'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { agent, note, as: by, yes } = given
      const { opened } = await requireReview(house, agent, weekIn(house, given.week))
      const { week, digest } = opened
      if (!yes) for (const line of sayReview(call.paint, { status: 'open', opened })) call.begin(line)
      await requireYes(call, yes, `sign the review of ${agent} for ${week} as ${by}?`)
      const owner = (await pagesInForce(house, [agent])).get(agent)?.agent.owner
      const groups = groupsIfAny(house, by, by.toLowerCase() === owner?.toLowerCase())
      answer(call, await signReview(house, { agent, week, by, groups, owner, digest, note }))
      return 0
    }),
})

export const reviewList = verb({
  name: 'review list',
  about: 'The weeks in which agents worked, the newest first, and whether each was signed.',
  help: 'A week is due to be signed by the end of the week after it. With --overdue it lists those that were not, and exits with 1 where there are any: for a cron job or a pipeline.',
  options: {
    agent: text('--agent <name>', 'those of one agent'),
    overdue: flag('--overdue', 'those that should have been signed; exits with 1 where there are any'),
    ...placeOptions,
  },
  examples: ['review list', 'review list --overdue --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const weeks = await reviewedWeeks(house, given.agent)
      const shown = given.overdue ? weeks.filter(({ overdue }) => overdue) : weeks
      call.answer(asJson(shown), () =>
        shown.length === 0
          ? [given.overdue ? 'no review is overdue' : `no agent worked in ${house.environment} in the last weeks`]
          : table(
              ['WEEK', 'AGENT', 'STATUS', 'SIGNED BY', 'DUE'],
              shown.map(({ week, agent, status, signed_by: by, due_at: due, overdue }) => [
                week,
                agent,
                overdue ? call.paint.bad('overdue') : status === 'none' ? 'not opened' : paintWord(call.paint, status),
                by ?? '',
                sayTime(due),
              ]),
            ),
      )
      return given.overdue && shown.length > 0 ? 1 : 0
    }),
})

/** Half a week beside a whole one would always drift. Throws `usage`. */
function requireOver({ clock }: OpenHouse, week: string): void {
  const { until } = spanOfWeek(week)
  if (until <= clock.now()) return
  throw new CharterError('usage', `the week ${week} is not over before ${sayTime(until)}`, { param: 'week' })
}

/** Throws `review_not_found`. */
async function requireReview(house: OpenHouse, agent: string, week: string): Promise<Opened> {
  const review = await readReview(house, agent, week)
  if (review.status !== 'none') return review
  throw new CharterError('review_not_found', `${week} of \`${agent}\` has no review`, {
    param: 'week',
    hint: `charter review open ${week} --agent ${agent}`,
  })
}

type Opened = Exclude<Review, { status: 'none' }>

function answer(call: Call, review: Review): void {
  if (review.status === 'none') return
  const signed = review.status === 'signed' ? { by: review.signed.by } : null
  const opened: ReviewOpened = review.opened
  call.answer(asJson({ status: review.status, ...opened, signed }), () => sayReview(call.paint, review))
}
