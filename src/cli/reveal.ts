/** Whoever may see personal data says who they are and that they mean to: content is redacted for everybody else. */
import { CharterError } from '../errors.ts'
import type { OpenHouse } from './open-house.ts'
import { flag, fromEnv, text } from './parameter.ts'
import { groupsOfPerson } from './people.ts'

export const revealOptions = {
  reveal: flag('--reveal', 'show personal data as it is, to somebody whom the group file names; never secrets'),
  as: fromEnv(text('--as <principal>', 'who wants to see it'), 'CHARTER_AS'),
}

/** Throws `usage` where nobody is named, and `principal_unknown` for somebody whom the group file does not name. */
export function mayReveal(
  house: Pick<OpenHouse, 'place'>,
  { reveal, as }: { readonly reveal: boolean; readonly as: string | undefined },
): boolean {
  if (!reveal) return false
  if (as === undefined)
    throw new CharterError('usage', '`--reveal` needs to know who wants to see it', {
      param: '--as',
      hint: 'add `--as` with a name of the group file',
    })
  groupsOfPerson(house, as)
  return true
}
