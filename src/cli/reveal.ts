/** Whoever may see personal data says who they are and that they mean to: content is redacted for everybody else. */
import { CharterError } from '../errors.ts'
import type { Seeing } from '../traces/read-redacted.ts'
import type { Call } from './call.ts'
import { requireConfig } from './load-config.ts'
import type { OpenHouse } from './open-house.ts'
import { flag, fromEnv, text } from './parameter.ts'
import { groupsOfPerson } from './people.ts'

export const revealOptions = {
  reveal: flag('--reveal', 'show personal data as it is, to somebody whom the group file names; never secrets'),
  as: fromEnv(text('--as <principal>', 'who wants to see it'), 'CHARTER_AS'),
  config: text('--config <file>', 'a configuration whose redactor looks for personal data as well'),
}

export interface RevealGiven {
  readonly reveal: boolean
  readonly as: string | undefined
  readonly config: string | undefined
}

/** The configuration is loaded where it is named alone: a broken project can still be looked at. */
export async function seeingOf(call: Call, house: Pick<OpenHouse, 'place'>, given: RevealGiven): Promise<Seeing> {
  const reveal = mayReveal(house, given)
  if (given.config === undefined) return { reveal }
  const { redactor } = (await requireConfig(call.terminal, given.config)).config
  return { reveal, ...(redactor && { redactor }) }
}

/** Throws `usage` where nobody is named, and `principal_unknown` for somebody whom the group file does not name. */
function mayReveal(house: Pick<OpenHouse, 'place'>, { reveal, as }: RevealGiven): boolean {
  if (!reveal) return false
  if (as === undefined)
    throw new CharterError('usage', '`--reveal` needs to know who wants to see it', {
      param: '--as',
      hint: 'add `--as` with a name of the group file',
    })
  groupsOfPerson(house, as)
  return true
}
