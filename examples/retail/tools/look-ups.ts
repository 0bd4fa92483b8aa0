/** Who is on the line: the first successful look-up of a run says for whom everything after it is done. */
import * as z from 'zod'
import { defineTool, type Gathering } from '../../../src/index.ts'
import { inputs } from '../inputs.ts'
import type { Store } from '../store.ts'
import { perform } from './perform.ts'

export type LookUps = ReturnType<typeof lookUps>

export function lookUps(shop: Store) {
  const byEmail = defineTool({
    name: 'find_user_id_by_email',
    description: 'Find the user id by e-mail address. Answers with an error when there is no such user.',
    kind: 'read',
    inputSchema: inputs.find_user_id_by_email,
    outputSchema: z.string(),
    execute: (input) => perform(shop, 'find_user_id_by_email', input),
  })
  const byNameAndZip = defineTool({
    name: 'find_user_id_by_name_zip',
    description:
      'Find the user id by first name, last name and zip code, when the user is not found by e-mail address or does not remember it.',
    kind: 'read',
    inputSchema: inputs.find_user_id_by_name_zip,
    outputSchema: z.string(),
    execute: (input) => perform(shop, 'find_user_id_by_name_zip', input),
  })
  return { byEmail, byNameAndZip }
}

/**
 * The customer whom this run has found, or an empty text: before any look-up, and when the look-ups found different
 * people, because a run helps one customer only and nobody can say which.
 */
export function customerOnTheLine({ byEmail, byNameAndZip }: LookUps, { earlier }: Gathering): string {
  const found = new Set([...earlier(byEmail), ...earlier(byNameAndZip)])
  const [only] = found
  return found.size === 1 && only !== undefined ? only : ''
}
