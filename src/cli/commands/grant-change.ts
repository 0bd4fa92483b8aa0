import { type GrantWanted, issueGrant, narrowGrant, revokeGrant } from '../../commands/change-grant.ts'
import { CharterError } from '../../errors.ts'
import { type Call, requireYes } from '../call.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { needed, one, several, span, text, whole } from '../parameter.ts'
import { asOption, groupsOfPerson, reasonOption, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { readPairs } from '../read-json.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { readGrant, sayGrant } from './grant.ts'

const termOptions = {
  tool: several('--tool <name>', 'only this tool of the page; may be given again'),
  subject: several('--subject <kind=id>', 'only this subject of its kind; may be given again'),
  limit: several('--limit <tool.measure=most>', 'at most so much, whole units (cents for money); may be given again'),
  for: span('--for <time>', 'ends after this time, such as 4h'),
  uses: whole('--uses <number>', 'so many effects at most'),
  onBehalfOf: text('--on-behalf-of <principal>', 'for whom the agent acts'),
}

interface TermsGiven {
  readonly as: string
  readonly tool: readonly string[]
  readonly subject: readonly string[]
  readonly limit: readonly string[]
  readonly for: number | undefined
  readonly uses: number | undefined
  readonly onBehalfOf: string | undefined
}

export const grantIssue = verb({
  name: 'grant issue',
  about: 'Grant an agent a part of its page: these tools, these subjects, these limits, until then.',
  options: {
    agent: needed(text('--agent <name>', 'who may use it'), 'billing-resolution'),
    ...termOptions,
    as: asOption,
    ...placeOptions,
  },
  examples: [
    'grant issue --agent billing-resolution --tool get_invoice --subject invoice=in_93K2 --for 4h --as ada@acme.example',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { grant } = await issueGrant(house, wantedOf(house, given.agent, given))
      return answer(call, house, grant)
    }),
})

export const grantNarrow = verb({
  name: 'grant narrow',
  about: 'Hand a part of a grant on. It can be narrowed, never widened.',
  args: { grant: one('id of the grant to hand on from', 'grant_01J') },
  options: {
    agent: text('--agent <name>', 'who may use it; the same agent unless named'),
    ...termOptions,
    as: asOption,
    ...placeOptions,
  },
  examples: ['grant narrow grant_01JD3Q6Z8W2M4T7KX9 --tool get_invoice --uses 1 --as ada@acme.example'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const parent = await readGrant(house, given.grant)
      const { grant } = await narrowGrant(house, given.grant, wantedOf(house, given.agent ?? parent.agent, given))
      return answer(call, house, grant)
    }),
})

export const grantRevoke = verb({
  name: 'grant revoke',
  about: 'Take a grant back, with everything that was handed on from it. Nothing is dispatched under it afterwards.',
  args: { grant: one('id of the grant', 'grant_01J') },
  options: { reason: reasonOption, as: asOption, yes: yesOption, ...placeOptions },
  examples: ['grant revoke grant_01JD3Q6Z8W2M4T7KX9 --reason "the task is done" --as ada@acme.example --yes'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      await readGrant(house, given.grant)
      await requireYes(call, given.yes, `revoke ${given.grant} and all that was handed on from it?`)
      await revokeGrant(house, given.grant, given.as, given.reason)
      return answer(call, house, given.grant)
    }),
})

function wantedOf({ clock }: OpenHouse, agent: string, given: TermsGiven): GrantWanted {
  const subjects = readPairs(given.subject, '--subject')
  return {
    agent,
    by: given.as,
    ...(given.tool.length > 0 && { tools: given.tool }),
    ...(Object.keys(subjects).length > 0 && { subjects }),
    ...(given.limit.length > 0 && { limits: readLimits(given.limit) }),
    until: given.for === undefined ? undefined : clock.now() + given.for,
    uses: given.uses,
    onBehalfOf: given.onBehalfOf,
  }
}

function readLimits(given: readonly string[]): Record<string, Record<string, number>> {
  const limits: Record<string, Record<string, number>> = {}
  for (const pair of given) {
    const [, tool = '', measure = '', most = ''] = /^([\w-]+)\.([\w-]+)=(\d+)$/.exec(pair) ?? []
    if (tool === '' || !Number.isSafeInteger(Number(most))) {
      throw new CharterError('usage', `\`${pair}\` is no limit`, {
        param: '--limit',
        hint: '--limit request_refund.amount=5000',
      })
    }
    limits[tool] = { ...limits[tool], [measure]: Number(most) }
  }
  return limits
}

async function answer(call: Call, house: OpenHouse, grant: string): Promise<number> {
  const shown = await readGrant(house, grant)
  call.answer(asJson(shown), () => sayGrant(call, shown))
  return 0
}
