import { grantNotFound, termsOf } from '../../identity/grant.ts'
import type { GrantRow } from '../../ledger/reads.ts'
import type { Call } from '../call.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { one } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { sayTime } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { card } from '../table.ts'
import { verb } from '../verb.ts'

export const grantInspect = verb({
  name: 'grant inspect',
  about: 'A grant and those it was handed on from: what it allows, until when, on whose behalf.',
  help: 'Subjects are shown by their pseudonyms, as the ledger holds them.',
  args: { grant: one('id of the grant', 'grant_01J') },
  options: placeOptions,
  examples: ['grant inspect grant_01JD3Q6Z8W2M4T7KX9', 'grant inspect grant_01JD3Q6Z8W2M4T7KX9 --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const shown = await readGrant(house, given.grant)
      call.answer(asJson(shown), () => sayGrant(call, shown))
      return 0
    }),
})

/** Throws `grant_not_found`. */
export async function readGrant({ ledger, tenant, clock }: OpenHouse, id: string) {
  const { rows } = await ledger.find(tenant, { rows: { read: 'grants', grant: id } })
  const [own, ...above] = rows
  if (!own) throw grantNotFound(id)
  const ended = rows.find((row) => row.revoked !== null || (row.until !== null && row.until <= clock.now()))
  return {
    ...documentOf(own),
    in_force: ended === undefined,
    ended_by: ended?.grant ?? null,
    above: above.map(documentOf),
  }
}

const documentOf = ({ terms, ...row }: GrantRow) => ({ ...row, terms: termsOf({ terms }) })

export function sayGrant({ paint }: Call, shown: Awaited<ReturnType<typeof readGrant>>): string[] {
  const { terms } = shown
  return card([
    ['grant', paint.strong(shown.grant)],
    ['in force', shown.in_force ? paint.good('yes') : paint.bad(`no, ${shown.ended_by} has ended`)],
    ['agent', shown.agent],
    ['environment', shown.environment],
    ['for', shown.on_behalf_of ?? undefined],
    ['until', shown.until === null ? 'it is revoked' : sayTime(shown.until)],
    ['revoked', shown.revoked === null ? undefined : sayTime(shown.revoked)],
    ['uses', shown.uses === null ? undefined : String(shown.uses)],
    ['tools', terms.tools?.join(', ') ?? 'those of the page'],
    ['subjects', terms.subjects === undefined ? 'any' : JSON.stringify(terms.subjects)],
    ['limits', terms.limits === undefined ? undefined : JSON.stringify(terms.limits)],
    ['handed on from', shown.above.map(({ grant }) => grant).join(' ← ')],
  ])
}
