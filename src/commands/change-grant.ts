/** Issues a grant by hand, hands a part of one on, or takes one back with everything that was handed on from it. */
import { CharterError } from '../errors.ts'
import { decideGrant, foldGrant, type Grant, grantNotFound } from '../identity/grant.ts'
import type { GrantTerms } from '../identity/grant-events.ts'
import { newId } from '../ids.ts'
import { appendDecision } from './append-decision.ts'
import type { House } from './house.ts'

/** Subjects as the system of record names them; the ledger keeps their pseudonyms. */
export interface GrantWanted {
  readonly agent: string
  readonly by: string
  readonly tools?: readonly string[] | undefined
  readonly subjects?: Readonly<Record<string, readonly string[]>> | undefined
  readonly limits?: GrantTerms['limits'] | undefined
  readonly until?: number | undefined
  readonly uses?: number | undefined
  readonly onBehalfOf?: string | undefined
}

export async function issueGrant(house: House, wanted: GrantWanted): Promise<{ grant: string; state: Grant }> {
  const { ledger, tenant, environment, clock } = house
  const { charter } = await ledger.find(tenant, { charter: { read: 'charter', agent: wanted.agent, environment } })
  if (!charter)
    throw new CharterError('agent_unknown', `no page is in force for agent \`${wanted.agent}\``, { param: 'agent' })
  const grant = newId('grant', clock, house.random)
  const { until = null, uses = null, onBehalfOf = null } = wanted
  return append(house, grant, wanted.by, (state, now) =>
    decideGrant(state, {
      type: 'issue',
      grant,
      agent: wanted.agent,
      charter: charter.charter,
      now,
      environment,
      until,
      uses,
      terms: termsOf(house, wanted),
      on_behalf_of: onBehalfOf,
    }),
  )
}

/** Throws `grant_widens` for anything that the grant above does not hold, `grant_not_found`, `grant_invalid`. */
export async function narrowGrant(
  house: House,
  from: string,
  wanted: GrantWanted,
): Promise<{ grant: string; state: Grant }> {
  const { ledger, tenant, clock } = house
  const { grants } = await ledger.find(tenant, { grants: { read: 'grants', grant: from } })
  const [parent] = grants
  if (!parent) throw grantNotFound(from)
  const { charter } = await ledger.find(tenant, {
    charter: { read: 'charter', agent: parent.agent, environment: parent.environment },
  })
  const grant = newId('grant', clock, house.random)
  const { until, uses, onBehalfOf } = wanted
  return append(house, grant, wanted.by, (state, now) =>
    decideGrant(state, {
      type: 'hand_on',
      from: grants,
      grant,
      agent: wanted.agent,
      charter: charter?.charter ?? '',
      now,
      terms: termsOf(house, wanted),
      ...(until !== undefined && { until }),
      ...(uses !== undefined && { uses }),
      ...(onBehalfOf !== undefined && { on_behalf_of: onBehalfOf }),
    }),
  )
}

/** Exclusive: once it is committed, nothing is dispatched under the grant or under any handed on from it. */
export async function revokeGrant(
  house: House,
  grant: string,
  by: string,
  reason?: string,
): Promise<{ grant: string; state: Grant }> {
  const stream = `grant/${grant}`
  await appendDecision(house, {
    stream,
    by,
    exclusive: 'tenant',
    ...(reason !== undefined && { content: { reason } }),
    decide: (events, refs, now) =>
      decideGrant(foldGrant(events), { type: 'revoke', grant, reason: refs.reason ?? null, now }),
  })
  return { grant, state: foldGrant(await house.ledger.read(house.tenant, stream)) }
}

async function append(
  house: House,
  grant: string,
  by: string,
  decide: (state: Grant, now: number) => ReturnType<typeof decideGrant>,
) {
  const stream = `grant/${grant}`
  await appendDecision(house, { stream, by, decide: (events, _refs, now) => decide(foldGrant(events), now) })
  return { grant, state: foldGrant(await house.ledger.read(house.tenant, stream)) }
}

function termsOf({ sealer }: House, { tools, subjects, limits }: GrantWanted): GrantTerms {
  const named = Object.entries(subjects ?? {}).map(([kind, ids]) => [kind, ids.map((id) => sealer.pseudonym(kind, id))])
  return {
    ...(tools && { tools }),
    ...(named.length > 0 && { subjects: Object.fromEntries(named) }),
    ...(limits && { limits }),
  }
}
