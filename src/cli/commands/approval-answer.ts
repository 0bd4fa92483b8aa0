import { type Answer, answerApproval } from '../../commands/answer-approval.ts'
import { type Call, requireYes } from '../call.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { needed, one, text } from '../parameter.ts'
import { asOption, groupsIfAny, reasonOption, yesOption } from '../people.ts'
import { type PlaceGiven, placeOptions } from '../place.ts'
import { readJson } from '../read-json.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { readApproval, type ShownApproval, sayApproval } from './approval.ts'

const common = {
  as: asOption,
  digest: text('--digest <digest>', 'of the question as you saw it: refused when it has changed since'),
  ...placeOptions,
}
const approvalArgument = one('id of the approval', 'apr_01J')

export const approvalGrant = verb({
  name: 'approval grant',
  about: 'Sign a question. When the last signature that was asked is there, the action goes ahead.',
  args: { approval: approvalArgument },
  options: { yes: yesOption, ...common },
  examples: ['approval grant apr_01JD3Q6Z8W2M4T7KX9 --as fay@acme.example --yes'],
  run: async (call, given) =>
    answerWith(call, given, async (house, shown) => {
      if (!given.yes && call.mayAsk) call.begin(sayApproval(call, shown, house.clock.now()).join('\n'))
      await requireYes(call, given.yes, `sign ${shown.tool} as ${given.as}?`)
      return { type: 'grant' }
    }),
})

export const approvalDeny = verb({
  name: 'approval deny',
  about: 'Say no to a question. One no is enough, and the agent is told why.',
  args: { approval: approvalArgument },
  options: { reason: reasonOption, ...common },
  examples: ['approval deny apr_01JD3Q6Z8W2M4T7KX9 --as fay@acme.example --reason "already refunded in March"'],
  run: async (call, given) => answerWith(call, given, async () => ({ type: 'deny', reason: given.reason })),
})

export const approvalEdit = verb({
  name: 'approval edit',
  about: 'Put another action in the place of the one that is asked: you sign it first, and others are asked anew.',
  help: 'The new arguments are JSON, `@FILE`, or `-` for what is piped in. They are checked as those of the agent were.',
  args: { approval: approvalArgument },
  options: {
    arguments: needed(text('--arguments <json>', 'the new arguments, all of them'), `'{"amount": "25.00"}'`),
    yes: yesOption,
    ...common,
  },
  examples: [`approval edit apr_01JD3Q6Z8W2M4T7KX9 --as fay@acme.example --yes --arguments '{"amount": "25.00"}'`],
  run: async (call, given) =>
    answerWith(call, given, async (_house, shown) => {
      const wanted = await readJson(call.terminal, given.arguments, '--arguments')
      await requireYes(call, given.yes, `put ${JSON.stringify(wanted)} in the place of what ${shown.agent} asked?`)
      return { type: 'edit', arguments: wanted }
    }),
})

interface AnswerGiven extends PlaceGiven {
  readonly approval: string
  readonly as: string
  readonly digest: string | undefined
}

/** What was shown is what is answered: its digest goes with the answer. */
const answerWith = (
  call: Call,
  given: AnswerGiven,
  ask: (house: OpenHouse, shown: ShownApproval) => Promise<Answer['answer']>,
): Promise<number> =>
  withHouse(call, given, async (house) => {
    const { approval, as: by } = given
    const shown = await readApproval(house, approval)
    const groups = groupsIfAny(
      house,
      by,
      shown.steps.some(({ from }) => from.startsWith('subject:')),
    )
    const answer = await ask(house, shown)
    await answerApproval(house, { approval, by, groups, digest: given.digest ?? shown.digest, answer })
    const now = await readApproval(house, approval)
    call.answer(asJson(now), () => sayApproval(call, now, house.clock.now()))
    return 0
  })
