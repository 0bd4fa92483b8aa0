/** Places a legal hold, lifts one, lists those in force. */
import { appendDecision } from '../commands/append-decision.ts'
import type { House } from '../commands/house.ts'
import { newId } from '../ids.ts'
import { decideHold, foldHolds, type Hold, holdStream, parseHoldScope } from './hold.ts'

export interface HoldWanted {
  /** `everything`, `agent:NAME`, `run:ID` or a subject as the system of record names it. */
  readonly scope: string
  readonly by: string
  readonly reason?: string | undefined
}

/** The ledger keeps a subject's pseudonym. Throws `usage` for a scope that is none. */
export async function placeHold(house: House, { scope: said, by, reason }: HoldWanted): Promise<Hold> {
  const { scope, kind, value } = parseHoldScope(said)
  const hold = newId('hold', house.clock, house.random)
  const named = scope === 'subject' ? house.sealer.pseudonym(kind, value) : value
  await appendDecision(house, {
    stream: holdStream,
    by,
    ...(reason !== undefined && { content: { reason } }),
    decide: (events, refs) =>
      decideHold(foldHolds(events), { type: 'place', hold, scope, value: named, reason: refs.reason ?? null }),
  })
  const placed = (await readHolds(house)).find((known) => known.hold === hold)
  return placed ?? { hold, scope, value: named, by, since: house.ledger.now(), reason: null }
}

/** Throws `hold_not_found`. */
export async function liftHold(house: House, { hold, by }: { hold: string; by: string }): Promise<void> {
  await appendDecision(house, {
    stream: holdStream,
    by,
    decide: (events) => decideHold(foldHolds(events), { type: 'lift', hold }),
  })
}

export const readHolds = async ({ ledger, tenant }: Pick<House, 'ledger' | 'tenant'>): Promise<readonly Hold[]> =>
  foldHolds(await ledger.read(tenant, holdStream))
