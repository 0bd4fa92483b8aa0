import { isCharterError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { liftHold, placeHold, readHolds } from '../../retention/change-hold.ts'
import { type Hold, type HoldScope, holdStream, parseSubject } from '../../retention/hold.ts'
import { openContent } from '../../traces/read-trace.ts'
import type { Call } from '../call.ts'
import { requireYes } from '../call.ts'
import { noteUnknownKind, noteUnknownScope } from '../known-names.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { one } from '../parameter.ts'
import { asOption, groupsOfPerson, reasonOption, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { sayWhen } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { table } from '../table.ts'
import { verb } from '../verb.ts'
import { requireRun } from './run.ts'

export const holdPlace = verb({
  name: 'hold place',
  about: 'Place a legal hold: from here on nothing that it covers is erased.',
  args: { scope: one('everything, agent:NAME, run:ID, or a subject such as customer:c_17', 'customer:c_17') },
  options: { reason: reasonOption, as: asOption, ...placeOptions },
  examples: ['hold place customer:c_17 --reason "case 4 O 12/26" --as dana@acme.example'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { hold, scope, value } = await placeHold(house, { scope: given.scope, by: given.as, reason: given.reason })
      await noteUnknown(call, house, { scope, value, said: given.scope })
      call.answer({ hold, scope, value, by: given.as }, () => [`${call.paint.strong(hold)} holds ${given.scope}`])
      return 0
    }),
})

/** It may be placed before there is anything to hold, so nothing is refused. */
async function noteUnknown(
  call: Call,
  house: OpenHouse,
  { scope, value, said }: { readonly scope: HoldScope; readonly value: string; readonly said: string },
): Promise<void> {
  if (scope === 'subject') await noteUnknownKind(call, house, parseSubject(said).kind)
  if (scope === 'agent') await noteUnknownScope(call, house, scope, value)
  if (scope === 'run') await requireRun(house, value).catch((error) => noteError(call, error))
}

function noteError(call: Call, error: unknown): void {
  if (!isCharterError(error)) throw error
  call.note([error.message, error.hint].filter((part) => part !== undefined).join(': '))
}

export const holdLift = verb({
  name: 'hold lift',
  about: 'Lift a legal hold: what is due is erased the next time.',
  args: { hold: one('id of the hold', 'hold_01J') },
  options: { as: asOption, yes: yesOption, ...placeOptions },
  examples: ['hold lift hold_01JD3Q6Z8W2M4T7KX9 --as dana@acme.example --yes'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      await requireYes(call, given.yes, `lift the hold ${given.hold}?`)
      await liftHold(house, { hold: given.hold, by: given.as })
      call.answer({ hold: given.hold, lifted: true, by: given.as }, () => [`lifted: ${given.hold}`])
      return 0
    }),
})

export const holdList = verb({
  name: 'hold list',
  about: 'The legal holds that are in force. Subjects stand under their pseudonyms.',
  options: placeOptions,
  examples: ['hold list', 'hold list --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const holds = await readHolds(house)
      const reasons = await reasonsOf(house, holds)
      const shown = holds.map((hold, index) => ({ ...hold, reason: reasons[index] ?? null }))
      call.answer(asJson(shown), () => sayHolds(call, holds, reasons, house.clock.now()))
      return 0
    }),
})

async function reasonsOf(house: OpenHouse, holds: readonly Hold[]): Promise<readonly Json[]> {
  const refs = holds.flatMap(({ reason }) => reason ?? [])
  const opened = await openContent(house, holdStream, refs)
  return holds.map(({ reason }) => (reason && opened.get(reason.n)) ?? null)
}

function sayHolds({ paint }: Call, holds: readonly Hold[], reasons: readonly Json[], now: number): string[] {
  if (holds.length === 0) return ['no hold is in force']
  return table(
    ['HOLD', 'SCOPE', 'BY', 'SINCE', 'REASON'],
    holds.map(({ hold, scope, value, by, since }, index) => [
      paint.strong(hold),
      scope === 'subject' ? value : [scope, value].filter((part) => part !== '').join(':'),
      by,
      sayWhen(since, now),
      String(reasons[index] ?? ''),
    ]),
  )
}
