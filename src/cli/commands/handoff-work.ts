import { type HandoffWork, workHandoff } from '../../commands/work-handoff.ts'
import type { Call } from '../call.ts'
import { withHouse } from '../open-house.ts'
import { money, one, text, whole } from '../parameter.ts'
import { asOption, groupsIfAny } from '../people.ts'
import { type PlaceGiven, placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { readHandoff, sayHandoff } from './handoff.ts'

const handoffArgument = one('id of the handoff', 'hand_01J')

export const handoffClaim = verb({
  name: 'handoff claim',
  about: 'Take a run that was given to your group, so that nobody else works on it.',
  args: { handoff: handoffArgument },
  options: { as: asOption, ...placeOptions },
  examples: ['handoff claim hand_01JD3Q6Z8W2M4T7KX9 --as ada@acme.example'],
  run: async (call, given) =>
    work(call, given, (by, groups) => ({ type: 'claim', handoff: given.handoff, by, groups })),
})

export const handoffResolve = verb({
  name: 'handoff resolve',
  about: 'Close a handoff that you claimed: people did what was to be done, and the run ends.',
  args: { handoff: handoffArgument },
  options: { outcome: text('--outcome <text>', 'what came of it'), as: asOption, ...placeOptions },
  examples: ['handoff resolve hand_01JD3Q6Z8W2M4T7KX9 --as ada@acme.example --outcome "refunded by hand, re_7HD1"'],
  run: async (call, given) =>
    work(call, given, (by) => ({ type: 'resolve', handoff: given.handoff, by, outcome: given.outcome })),
})

export const handoffReturn = verb({
  name: 'handoff return',
  about: 'Give a run back to its agent, with a word to it and more budget where it had run out.',
  args: { handoff: handoffArgument },
  options: {
    note: text('--note <text>', 'what the agent is told'),
    turns: whole('--turns <number>', 'so many more turns'),
    toolCalls: whole('--tool-calls <number>', 'so many more tool calls'),
    cost: money('--cost <dollars>', 'so much more model cost, such as 0.25'),
    as: asOption,
    ...placeOptions,
  },
  examples: ['handoff return hand_01JD3Q6Z8W2M4T7KX9 --as ada@acme.example --note "the invoice is in_93K2" --turns 4'],
  run: async (call, given) =>
    work(call, given, (by) => ({
      type: 'return',
      handoff: given.handoff,
      by,
      note: given.note,
      extends: extensionOf(given),
    })),
})

function extensionOf({ turns, toolCalls, cost }: Record<'turns' | 'toolCalls' | 'cost', number | undefined>) {
  const extension = {
    ...(turns !== undefined && { turns }),
    ...(toolCalls !== undefined && { tool_calls: toolCalls }),
    ...(cost !== undefined && { cost_micro_usd: cost }),
  }
  return Object.keys(extension).length > 0 ? extension : undefined
}

interface WorkGiven extends PlaceGiven {
  readonly handoff: string
  readonly as: string
}

const work = (
  call: Call,
  given: WorkGiven,
  what: (by: string, groups: readonly string[]) => HandoffWork,
): Promise<number> =>
  withHouse(call, given, async (house) => {
    const { group } = await readHandoff(house, given.handoff)
    await workHandoff(house, what(given.as, groupsIfAny(house, given.as, group === given.as)))
    const now = await readHandoff(house, given.handoff)
    call.answer(asJson(now), () => sayHandoff(call, now))
    return 0
  })
