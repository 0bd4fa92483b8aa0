/** Who says it, why, and that they mean it: what every verb of people's takes. */
import { CharterError, isCharterError } from '../errors.ts'
import { groupsOf } from '../identity/group-file.ts'
import type { Call } from './call.ts'
import type { OpenHouse } from './open-house.ts'
import { readGroups } from './open-house.ts'
import { flag, fromEnv, needed, text } from './parameter.ts'

export const asOption = fromEnv(
  needed(text('--as <principal>', 'who says it, as the group file names them'), 'ada@acme.example'),
  'CHARTER_AS',
)

/** Of a verb that can be tried: who only looks need not be named. */
export const asUnlessDryOption = fromEnv(
  text('--as <principal>', 'who says it, as the group file names them; not needed for a dry run'),
  'CHARTER_AS',
)

/** Throws `usage` where nobody is named, and `principal_unknown` for somebody whom the group file does not name. */
export function personNamed(call: Call, house: Pick<OpenHouse, 'place'>, by: string | undefined): string {
  if (by === undefined)
    throw new CharterError('usage', '`--as` is missing', { param: '--as', hint: `${call.typed} --as ada@acme.example` })
  groupsOfPerson(house, by)
  return by
}

export const reasonOption = needed(text('--reason <text>', 'why, for the ledger'), '"why"')

export const yesOption = flag('--yes', 'do not ask whether it is meant')

/** The groups of a person. Throws `principal_unknown` for somebody whom the group file does not name. */
export const groupsOfPerson = ({ place }: Pick<OpenHouse, 'place'>, by: string): readonly string[] =>
  groupsOf(readGroups(place), by)

/** Of somebody who may be asked by name (a customer, a requester) and then need not stand in the group file. */
export function groupsIfAny(house: Pick<OpenHouse, 'place'>, by: string, isAskedByName: boolean): readonly string[] {
  try {
    return groupsOfPerson(house, by)
  } catch (error) {
    if (isAskedByName && isCharterError(error) && unknownCodes.includes(error.code)) return []
    throw error
  }
}

const unknownCodes: readonly string[] = ['principal_unknown', 'group_file_invalid']
