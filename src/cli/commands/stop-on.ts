import { liftStop } from '../../commands/lift-stop.ts'
import { type Committed, type Quieted, raiseStop, type StopWanted, waitForQuiet } from '../../commands/raise-stop.ts'
import { parseScope, stopLevels } from '../../stops/stop.ts'
import { type Call, requireYes } from '../call.ts'
import { noteUnknownScope } from '../known-names.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { choice, needed, text, unless, withDefault } from '../parameter.ts'
import { asOption, groupsOfPerson, reasonOption, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { saySpan } from '../say-time.ts'
import { verb } from '../verb.ts'
import { sayScope } from './stop.ts'

const scopeOption = needed(
  text('--scope <scope>', 'everything, tenant, agent:NAME, tool:NAME or risk:LEVEL'),
  'tool:request_refund',
)

/** It never asks whether it is meant: stopping too much is cheap, and who stops is in a hurry. */
export const stopOn = verb({
  name: 'stop on',
  about: 'Stop everything, a tenant, an agent, a tool or a risk, from this moment.',
  help: [
    'Answers twice: `committed` when nothing new is dispatched in the scope, `quiet` when everything that was sent',
    'before has ended or its time to settle is over. It loads no configuration, so a broken project can be stopped.',
  ].join('\n'),
  options: {
    scope: scopeOption,
    level: withDefault(
      choice('--level <level>', 'draft: every write asks; observe: no writes; abort: runs end', stopLevels),
      'observe' as const,
    ),
    reason: reasonOption,
    as: asOption,
    wait: unless('--no-wait', 'answer at `committed`'),
    ...placeOptions,
  },
  examples: [
    'stop on --scope tool:request_refund --level observe --reason "refunds look wrong" --as ada@acme.example',
    'stop on --scope everything --level abort --reason "incident 214" --as ada@acme.example --no-wait',
  ],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { scope, value } = parseScope(given.scope)
      const wanted: StopWanted = { scope, value, level: given.level, by: given.as, reason: given.reason }
      const committed = await raiseStop(house, wanted)
      call.begin(sayCommitted(call, wanted, committed))
      await noteUnknownScope(call, house, scope, value)
      const quieted = given.wait ? await untilQuiet(call, house, wanted, committed) : undefined
      call.answer(documentOf(wanted, committed, quieted), () => sayQuiet(call, quieted))
      return 0
    }),
})

function untilQuiet(call: Call, house: OpenHouse, wanted: StopWanted, committed: Committed): Promise<Quieted> {
  if (committed.inFlight.length > 0) call.note('waiting for what was sent before (Ctrl-C leaves the stop in force)')
  return waitForQuiet(house, wanted, committed, call.terminal.interrupted)
}

function sayCommitted({ paint }: Call, wanted: StopWanted, { committedMs, inFlight }: Committed): string {
  const under = inFlight.map(({ run, tool, attempt }) => `\n  under way: ${tool} of ${run}, attempt ${attempt}`)
  const nothing = wanted.level === 'draft' ? 'nothing new is dispatched unsigned' : 'nothing new is dispatched'
  const what = `${nothing} for ${sayScope(wanted)} (${wanted.level})`
  return `${paint.strong('committed')} in ${saySpan(committedMs)}: ${what}${under.join('')}`
}

function sayQuiet({ paint }: Call, quieted: Quieted | undefined): string[] {
  if (!quieted) return []
  const { waitedMs, finished, givenUp } = quieted
  return [
    `${paint.good('quiet')} after ${saySpan(waitedMs)}: ${finished} finished, ${givenUp} past their time to settle`,
  ]
}

const documentOf = ({ scope, value, level, by }: StopWanted, committed: Committed, quieted: Quieted | undefined) => ({
  stop: committed.stop,
  scope,
  value,
  level,
  by,
  committed_ms: committed.committedMs,
  in_flight: committed.inFlight.map((attempt) => ({ ...attempt })),
  quiet: quieted ? { finished: quieted.finished, given_up: quieted.givenUp, waited_ms: quieted.waitedMs } : null,
})

export const stopOff = verb({
  name: 'stop off',
  about: 'Lift a stop. What it held back is judged again when it is next proposed.',
  options: { scope: scopeOption, as: asOption, yes: yesOption, ...placeOptions },
  examples: ['stop off --scope tool:request_refund --as ada@acme.example --yes'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { scope, value } = parseScope(given.scope)
      await requireYes(call, given.yes, `lift the stop on ${given.scope}?`)
      const { stop } = await liftStop(house, { scope, value, by: given.as })
      call.answer({ stop, scope, value, lifted: true, by: given.as }, () => [`lifted: ${given.scope}`])
      return 0
    }),
})
