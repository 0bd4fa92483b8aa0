import type { House } from '../../commands/house.ts'
import { CharterError } from '../../errors.ts'
import type { Recording } from '../../replays/recording.ts'
import { supposeRun } from '../../replays/what-if/suppose-run.ts'
import type { Beyond, Supposition } from '../../replays/what-if/supposition.ts'
import { type Decided, type Money, type WhatIf, type WhatIfDecision, whatIf } from '../../replays/what-if/what-if.ts'
import type { Deletion } from '../../retention/deletion-of.ts'
import { formatMoney } from '../../tools/money.ts'
import { counted, sayCost } from '../../traces/say.ts'
import { requireConfig } from '../load-config.ts'
import { withHouse } from '../open-house.ts'
import { choice, text, withDefault } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { readPage } from '../read-page.ts'
import { projectsOf, recordedArgs, recordedOptions, recordingsOf } from '../recorded-runs.ts'
import { deletionBehind, sayDeletion } from '../say-deletions.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'

export const runWhatIf = verb({
  name: 'run what-if',
  about:
    'What recorded runs would have done under another page, prompt, policy or tool: which decisions flip, and what it comes to.',
  help: [
    "The engine's own code decides anew. Models, reads and writes are answered as they were then, a write that was not sent then by its preview:",
    'nothing is sent to anybody, and nothing is written. A run goes as far as the model would have been told the same as it was.',
    'The page brings its own prompt and policies; other tools come with another --config.',
  ].join('\n'),
  args: recordedArgs,
  options: {
    charter: text('--charter <page>', 'the page in the place of those that were in force'),
    people: withDefault(
      choice('--people <answer>', 'what people say to what nobody was asked then', ['grant', 'deny', 'wait']),
      'grant' as const,
    ),
    ...recordedOptions,
    ...placeOptions,
  },
  examples: [
    'run what-if run_01JD3Q6Z8W2M4T7KX9 --charter billing.draft.yaml',
    'run what-if --all --charter billing.draft.yaml --json',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const projectOf = projectsOf(call, await requireConfig(call.terminal, given.config))
      const read = given.charter === undefined ? undefined : readPage(call.terminal.cwd, given.charter)
      const answers: Answer[] = []
      for await (const recording of recordingsOf(call, house, given)) {
        const agent = recording.started.agent
        if (read && read.page.agent.name !== agent) {
          if (given.all) continue
          throw otherAgent(recording, read.file)
        }
        const supposition: Supposition = {
          project: projectOf(agent),
          people: given.people,
          ...(read && { page: read.page }),
        }
        answers.push(await withDeletion(house, whatIf(await supposeRun(recording, supposition))))
      }
      call.answer(asJson(answers), () => [...answers.flatMap(sayWhatIf), sayAll(answers)])
      return 0
    }),
})

/** With the deletion that took what the supposed run lacks. */
type Answer = WhatIf & { readonly deletion?: Deletion }

async function withDeletion(house: House, answer: WhatIf): Promise<Answer> {
  const { beyond } = answer
  const deletion = beyond?.why === 'not_kept' ? await deletionBehind(house, beyond.stream, beyond.missing) : undefined
  return deletion ? { ...answer, deletion } : answer
}

const otherAgent = ({ run, started }: Recording, file: string) =>
  new CharterError('usage', `run \`${run}\` is of agent \`${started.agent}\`, and \`${file}\` is another's page`, {
    param: '--charter',
    hint: 'give the page of the agent whose run it is',
  })

function sayWhatIf({ run, decisions, diverges, beyond, assumptions, deletion }: Answer): string[] {
  const flips = decisions.filter((decision) => decision.flips)
  return [
    `${run}  ${flips.length === 0 ? 'no decision flips' : `${sayFlips(flips.length)} of ${decisions.length}`}`,
    ...flips.map(sayFlip),
    ...(diverges && flips.length > 0
      ? [`  from event ${diverges.seq}: ${diverges.supposed}, where it was ${diverges.recorded}`]
      : []),
    ...(beyond ? [`  known until there: ${sayBeyond(beyond)}${deletion ? `: ${sayDeletion(deletion)}` : ''}`] : []),
    ...assumptions.map((assumed) => `  assumed: ${assumed}`),
    '',
  ]
}

const sayFlips = (flips: number): string => `${counted(flips, 'decision')} ${flips === 1 ? 'flips' : 'flip'}`

const sayFlip = ({ action, tool, recorded, supposed }: WhatIfDecision): string =>
  `  ${action} ${tool}: ${sayDecided(recorded)} → ${sayDecided(supposed)}`

function sayDecided(decided: Decided | undefined): string {
  if (!decided) return 'not judged'
  const { decision, code, asks, rules } = decided
  const asked = asks.map(({ from, count }) => ` ${count} of ${from}`).join(' and')
  return `${decision}${asked}${code === undefined ? '' : ` ${code}`}${rules.length > 0 ? ` by ${rules.join(', ')}` : ''}`
}

function sayBeyond(beyond: Beyond): string {
  switch (beyond.why) {
    case 'told_otherwise':
      return `in turn ${beyond.turn} the model would be told something else than it was`
    case 'not_asked_then':
      return `the model was not asked a turn ${beyond.turn}`
    case 'not_looked_up_then':
      return `what \`${beyond.tool}\` would have found was not looked up`
    case 'not_called_then':
      return `\`${beyond.tool}\` was not called, and has no preview`
    case 'not_kept':
      return beyond.what
    case 'waits':
      return `it waits for ${beyond.for}`
  }
}

function sayAll(answers: readonly WhatIf[]): string {
  const sum = (of: (answer: WhatIf) => number) => answers.reduce((total, answer) => total + of(answer), 0)
  const flips = sum(({ decisions }) => decisions.filter((decision) => decision.flips).length)
  const signatures = sum(({ signatures: { recorded, supposed } }) => supposed - recorded)
  const unasked = difference(answers)
  const cost = sum(({ costMicroUsd: { recorded, supposed } }) => supposed - recorded)
  return [
    `${counted(answers.length, 'run')}: ${sayFlips(flips)}`,
    `${signatures < 0 ? '-' : '+'}${counted(Math.abs(signatures), 'signature')} asked for`,
    `${unasked === '' ? 'no other money' : unasked} moved unasked`,
    `${cost < 0 ? '-' : '+'}${sayCost(Math.abs(cost))} for models`,
  ].join(', ')
}

function difference(answers: readonly WhatIf[]): string {
  const sums = new Map<string, number>()
  const add = (money: Money, sign: number) => {
    for (const [currency, minor] of Object.entries(money)) sums.set(currency, (sums.get(currency) ?? 0) + sign * minor)
  }
  for (const { unasked } of answers) {
    add(unasked.supposed, 1)
    add(unasked.recorded, -1)
  }
  const said = [...sums].filter(([, minor]) => minor !== 0).map(([currency, minor]) => sayDifference(currency, minor))
  return said.join(' and ')
}

const sayDifference = (currency: string, minor: number): string =>
  `${minor < 0 ? '-' : '+'}${formatMoney({ minor: Math.abs(minor), currency })} ${currency.toUpperCase()}`
